package dev.rollcall.presence;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.function.Function;

/**
 * The addresses on which presence's messages travel, and nothing else of presence: four
 * registrations a replica, two any other node. Best effort: a message may be lost, and those who
 * care notice.
 */
public final class PresenceBus {
  private static final String REPLICAS = "rollcall.presence.replicas";
  private static final String VIEWS = "rollcall.presence.views";
  private static final long REQUEST_MILLIS = 2_000;

  private final Vertx vertx;

  public PresenceBus(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Tells every replica. */
  public void toReplicas(PresenceMessage message) {
    vertx.eventBus().publish(REPLICAS, PresenceCodec.encode(message));
  }

  /** Tells every node's views. */
  public void toViews(PresenceMessage message) {
    vertx.eventBus().publish(VIEWS, PresenceCodec.encode(message));
  }

  /** Asks a node's tracker; fails when it does not answer within 2 s. */
  public Future<PresenceMessage> askTracker(NodeId node, PresenceMessage question) {
    return ask("rollcall.presence.tracker." + node, question);
  }

  /** Asks a replica; fails when it refuses, or does not answer within 2 s. */
  public Future<PresenceMessage> askReplica(NodeId replica, PresenceMessage question) {
    return ask("rollcall.presence.replica." + replica, question);
  }

  public Future<Void> onReplicas(Handler<PresenceMessage> replica) {
    return consume(REPLICAS, replica);
  }

  public Future<Void> onViews(Handler<PresenceMessage> views) {
    return consume(VIEWS, views);
  }

  /** Answers what is asked of this node's tracker; null refuses. */
  public Future<Void> answerAsTracker(
      NodeId node, Function<PresenceMessage, PresenceMessage> tracker) {
    return answer("rollcall.presence.tracker." + node, tracker);
  }

  /** Answers what is asked of this replica; null refuses. */
  public Future<Void> answerAsReplica(
      NodeId replica, Function<PresenceMessage, PresenceMessage> answers) {
    return answer("rollcall.presence.replica." + replica, answers);
  }

  private Future<PresenceMessage> ask(String address, PresenceMessage question) {
    DeliveryOptions bounded = new DeliveryOptions().setSendTimeout(REQUEST_MILLIS);
    return vertx
        .eventBus()
        .<Buffer>request(address, PresenceCodec.encode(question), bounded)
        .map(reply -> PresenceCodec.decode(reply.body()));
  }

  private Future<Void> consume(String address, Handler<PresenceMessage> handler) {
    return vertx
        .eventBus()
        .<Buffer>consumer(address, message -> handler.handle(PresenceCodec.decode(message.body())))
        .completion();
  }

  private Future<Void> answer(String address, Function<PresenceMessage, PresenceMessage> answers) {
    return vertx
        .eventBus()
        .<Buffer>consumer(
            address,
            question -> {
              PresenceMessage answer = answers.apply(PresenceCodec.decode(question.body()));
              if (answer == null) {
                question.fail(503, "not_ready");
              } else {
                question.reply(PresenceCodec.encode(answer));
              }
            })
        .completion();
  }
}

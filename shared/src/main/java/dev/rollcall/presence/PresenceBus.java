package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.PresenceMessage.Result;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses on which presence's messages travel, and nothing else of presence: two of each
 * node, three more of a replica, so that the membership alone tells who consumes them. A message is
 * a byte that names the shard, then what {@link PresenceCodec} wrote. Best effort: a message may be
 * lost, and those who care notice.
 */
public final class PresenceBus {
  private static final Logger log = LoggerFactory.getLogger(PresenceBus.class);

  /** The service whose nodes are the replicas. */
  public static final String SERVICE = "presence-service";

  /** Of every replica. */
  public static final String REPLICAS = "rollcall.presence.replicas";

  /** Of one replica: its {@link NodeId} follows. */
  public static final String REPLICA = "rollcall.presence.replica.";

  /** Of one replica, for what it is asked: its {@link NodeId} follows. */
  public static final String QUERY = "rollcall.presence.query.";

  /** Of every node. */
  public static final String NODES = "rollcall.presence.nodes";

  /** Of one node: its {@link NodeId} follows. */
  public static final String NODE = "rollcall.presence.node.";

  private static final long REQUEST_MILLIS = 2_000;

  /** Takes a message of one shard, on that shard's context. Must not block. */
  @FunctionalInterface
  public interface Receiver {
    void receive(int shard, PresenceMessage message);
  }

  private final Vertx vertx;
  private final AtomicLong sentBytes = new AtomicLong();
  private final AtomicLong unreadable = new AtomicLong();

  public PresenceBus(Vertx vertx) {
    this.vertx = vertx;
  }

  public void toAllReplicas(int shard, PresenceMessage message) {
    vertx.eventBus().publish(REPLICAS, frame(shard, message));
  }

  public void toReplica(int shard, NodeId replica, PresenceMessage message) {
    vertx.eventBus().send(REPLICA + replica, frame(shard, message));
  }

  public void toAllNodes(int shard, PresenceMessage message) {
    vertx.eventBus().publish(NODES, frame(shard, message));
  }

  public void toNode(int shard, NodeId node, PresenceMessage message) {
    vertx.eventBus().send(NODE + node, frame(shard, message));
  }

  /** Sends the same to several nodes, encoded once. */
  public void toNodes(int shard, Collection<NodeId> nodes, PresenceMessage message) {
    Buffer frame = frame(shard, message);
    nodes.forEach(node -> vertx.eventBus().send(NODE + node, frame));
  }

  /** Asks a replica; fails when it is not ready, or does not answer within 2 s. */
  public Future<Result> query(NodeId replica, Query query) {
    DeliveryOptions bounded = new DeliveryOptions().setSendTimeout(REQUEST_MILLIS);
    return vertx
        .eventBus()
        .<Buffer>request(QUERY + replica, frame(Ownership.shard(query.topic()), query), bounded)
        .map(reply -> (Result) PresenceCodec.decode(reply.body()).orElseThrow());
  }

  /** Registers a node's trackers and views. */
  public Future<Void> onNode(NodeId node, List<Context> shards, Receiver receiver) {
    return Future.all(consume(NODES, shards, receiver), consume(NODE + node, shards, receiver))
        .mapEmpty();
  }

  /** Registers a replica. */
  public Future<Void> onReplica(NodeId replica, List<Context> shards, Receiver receiver) {
    return Future.all(
            consume(REPLICAS, shards, receiver), consume(REPLICA + replica, shards, receiver))
        .mapEmpty();
  }

  /** Answers what a replica is asked, on the shard's context; null refuses. */
  public Future<Void> onQuery(
      NodeId replica, List<Context> shards, Function<Query, Result> answers) {
    return vertx
        .eventBus()
        .<Buffer>consumer(
            QUERY + replica,
            question -> {
              Optional<PresenceMessage> asked = read(question.body());
              if (asked.isPresent() && asked.get() instanceof Query query) {
                shards
                    .get(Ownership.shard(query.topic()))
                    .runOnContext(
                        now -> {
                          Result answer = answers.apply(query);
                          if (answer == null) {
                            question.fail(503, "not_ready");
                          } else {
                            question.reply(PresenceCodec.encode(answer));
                          }
                        });
              } else {
                question.fail(400, "not_a_query");
              }
            })
        .completion();
  }

  /** Returns how many bytes this bus was given to send; a publish counts once. */
  public long sentBytes() {
    return sentBytes.get();
  }

  /** Returns how many messages could not be read. */
  public long unreadable() {
    return unreadable.get();
  }

  private Future<Void> consume(String address, List<Context> shards, Receiver receiver) {
    return vertx
        .eventBus()
        .<Buffer>consumer(address, message -> dispatch(message.body(), shards, receiver))
        .completion();
  }

  private void dispatch(Buffer frame, List<Context> shards, Receiver receiver) {
    int shard = frame.length() == 0 ? -1 : frame.getByte(0);
    if (shard < 0 || shard >= shards.size()) {
      refuse("shard " + shard);
      return;
    }
    shards
        .get(shard)
        .runOnContext(now -> read(frame).ifPresent(message -> receiver.receive(shard, message)));
  }

  private Optional<PresenceMessage> read(Buffer frame) {
    try {
      return PresenceCodec.decode(frame.slice(Math.min(1, frame.length()), frame.length()));
    } catch (IllegalArgumentException malformed) {
      refuse(malformed.getMessage());
      return Optional.empty();
    }
  }

  /** The first is worth a line; more of them are worth a look at the metric. */
  private void refuse(String why) {
    if (unreadable.getAndIncrement() == 0) {
      log.warn("a presence message can't be read: {}", why);
    }
  }

  private Buffer frame(int shard, PresenceMessage message) {
    Buffer encoded = PresenceCodec.encode(message);
    sentBytes.addAndGet(encoded.length() + 1L);
    return Buffer.buffer(encoded.length() + 1).appendByte((byte) shard).appendBuffer(encoded);
  }
}

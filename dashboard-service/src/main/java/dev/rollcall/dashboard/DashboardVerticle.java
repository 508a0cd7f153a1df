package dev.rollcall.dashboard;

import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.BridgeUser;
import dev.rollcall.bridge.SlowConsumer;
import dev.rollcall.bridge.TopicPolicy;
import dev.rollcall.node.Node;
import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.Subscription;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears of orders, asks for their stats, and shows both to browsers. */
final class DashboardVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(DashboardVerticle.class);
  private static final String ORDERS = "orders";
  private static final String ORDER_CREATED = "order_created";
  private static final String DASHBOARD = "dashboard";
  private static final String SNAPSHOT = "dashboard.snapshot";

  private final Node node;
  private final Board board = new Board();
  private Inquiry inquiry;

  DashboardVerticle(Node node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    Subscription heard = node.pubSub().subscribe(ORDERS, this::hear);
    inquiry = inquiry(heard);
    inquiry.ask();
    vertx.setPeriodic(1_000, id -> inquiry.tick());
    return answerSnapshots().compose(answering -> node.listen(routes()));
  }

  private void hear(Message message) {
    if (!message.event().equals(ORDER_CREATED)) {
      return;
    }
    Order.from(message.payload())
        .ifPresentOrElse(board::add, () -> LOG.warn("an order without an id was announced"));
    inquiry.ask();
  }

  private Inquiry inquiry(Subscription heard) {
    Audience browsers =
        new Audience() {
          @Override
          public void missed(Order order) {
            node.pubSub().localBroadcastFrom(heard, ORDERS, ORDER_CREATED, order.json());
          }

          @Override
          public void stats(JsonObject stats) {
            node.pubSub().localBroadcast(DASHBOARD, "stats", stats);
          }
        };
    return new Inquiry(board, new BusOrders(vertx.eventBus()), browsers, InstantSource.system());
  }

  /** Of this instance alone: a browser's snapshot goes with the stats that it hears here. */
  private Future<Void> answerSnapshots() {
    return vertx
        .eventBus()
        .localConsumer(SNAPSHOT, request -> request.reply(board.snapshot()))
        .completion();
  }

  private Router routes() {
    Router router = Router.router(vertx);
    Bridge.on(node)
        .topic(ORDERS, TopicPolicy.everyone())
        .topic(
            DASHBOARD,
            TopicPolicy.everyone().present(DashboardVerticle::meta).slow(SlowConsumer.LATEST))
        .send(SNAPSHOT)
        .mount(router);
    return router;
  }

  private static JsonObject meta(BridgeUser user, String topic) {
    return new JsonObject()
        .put("name", user.name())
        .put("online_at", Instant.now().getEpochSecond());
  }
}

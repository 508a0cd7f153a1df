package dev.rollcall.dashboard;

import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.TopicPolicy;
import dev.rollcall.node.Node;
import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows operators the orders as they come. It keeps no data: orders-service tells it. */
final class DashboardVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(DashboardVerticle.class);

  private static final String ORDERS = "orders";
  private static final String DASHBOARD = "dashboard";
  private static final String SNAPSHOT = "dashboard.snapshot";
  private static final long REFRESH_MILLIS = 5_000;
  private static final long RETRY_MILLIS = 1_000;
  private static final DeliveryOptions BOUNDED = new DeliveryOptions().setSendTimeout(2_000);

  private final Node node;
  private final Board board = new Board(now());
  private final OneAtATime stats = new OneAtATime(this::refresh);
  private boolean retrying;

  DashboardVerticle(Node node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    node.pubSub().subscribe(ORDERS, this::receive);
    vertx.setPeriodic(0, REFRESH_MILLIS, timer -> stats.want());
    return vertx
        .eventBus()
        .consumer(SNAPSHOT, question -> question.reply(board.snapshot()))
        .completion()
        .compose(listening -> serve());
  }

  private Future<HttpServer> serve() {
    Router router = Router.router(vertx);
    Bridge.on(node)
        .topic(ORDERS, TopicPolicy.everyone())
        .topic(DASHBOARD, TopicPolicy.everyone().present((user, topic) -> meta(user)))
        .send(SNAPSHOT)
        .mount(router);
    return node.listen(router);
  }

  private void receive(Message message) {
    if (message.event().equals("order_created")) {
      board.add(message.payload());
      stats.want();
    }
  }

  /** One query for all operators of this instance; then all of them are told. */
  private Future<Void> refresh() {
    boolean wasStale = board.stale();
    return ask("orders.stats", new JsonObject())
        .compose(
            answer ->
                wasStale
                    ? ask("orders.list", new JsonObject().put("limit", Board.MAX_ORDERS))
                        .onSuccess(this::addAll)
                        .map(answer)
                    : Future.succeededFuture(answer))
        .onSuccess(answer -> board.heard(answer, now()))
        .onFailure(this::unheard)
        .onComplete(done -> node.pubSub().localBroadcast(DASHBOARD, "stats", board.stats()))
        .mapEmpty();
  }

  private void unheard(Throwable fault) {
    if (!board.stale()) {
      log.warn("orders-service does not answer: {}", fault.getMessage());
    }
    board.unheard(now());
    if (!retrying) {
      retrying = true;
      vertx.setTimer(
          RETRY_MILLIS,
          timer -> {
            retrying = false;
            stats.want();
          });
    }
  }

  private Future<JsonObject> ask(String address, JsonObject question) {
    return vertx
        .eventBus()
        .<JsonObject>request(address, question, BOUNDED)
        .map(io.vertx.core.eventbus.Message::body);
  }

  private void addAll(JsonObject list) {
    list.getJsonArray("orders").forEach(order -> board.add((JsonObject) order));
  }

  private static JsonObject meta(String user) {
    return new JsonObject().put("name", user).put("online_at", Instant.now().getEpochSecond());
  }

  private static String now() {
    return Instant.now().toString();
  }
}

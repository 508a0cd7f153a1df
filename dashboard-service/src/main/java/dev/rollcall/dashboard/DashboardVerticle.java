package dev.rollcall.dashboard;

import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.BridgeUser;
import dev.rollcall.bridge.SlowConsumer;
import dev.rollcall.bridge.TopicPolicy;
import dev.rollcall.node.Node;
import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.OrderedSubscription;
import io.micrometer.core.instrument.FunctionCounter;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.time.InstantSource;

/** Hears of orders, keeps their stats, and shows both to browsers. */
final class DashboardVerticle extends VerticleBase {
  private static final String ORDERS = "orders";
  private static final String HISTORY = "orders.history";
  private static final String DASHBOARD = "dashboard";
  private static final String SNAPSHOT = "dashboard.snapshot";
  private static final String POSITION = "position";

  /** People do not read faster, and a thousand orders a second are not a thousand messages. */
  private static final long STATS_MILLIS = 100;

  private final Node node;
  private final InstantSource clock = InstantSource.system();
  private final Board board = new Board();
  private Progress progress;
  private Pace stats;
  private Inquiry inquiry;

  /** Of the last announcement that was heard, or after which they are heard. */
  private long heard;

  DashboardVerticle(Node node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    History history = History.over(vertx.eventBus(), HISTORY);
    progress = new Progress(vertx);
    stats = new Pace(vertx, STATS_MILLIS, this::tellStats);
    OrderedSubscription orders = node.pubSub().subscribe(ORDERS, history, this::hear);
    inquiry =
        new Inquiry(board, new BusOrders(vertx.eventBus()), clock, orders::reached, this::asked);
    orders.onMissed((from, to) -> inquiry.missed());
    inquiry.ask();
    vertx.setPeriodic(1_000, id -> inquiry.tick());
    orders.base().onSuccess(this::begin);
    FunctionCounter.builder("rollcall.dashboard.corrections", board, Board::corrections)
        .register(node.metrics());
    return answerSnapshots().compose(answering -> node.listen(routes(history)));
  }

  /** What was asked for before may be as of an announcement before the first that is heard. */
  private void begin(long base) {
    heard = Math.max(heard, base);
    inquiry.missed();
  }

  private void hear(Message message) {
    if (message.position() != Message.NO_POSITION) {
      board.heard(message, clock.instant());
      heard = message.position();
      tellProgress();
      stats.ask();
    }
  }

  private void asked() {
    tellProgress();
    stats.ask();
  }

  private void tellProgress() {
    if (!board.stale()) {
      progress.reached(heard);
    }
  }

  private void tellStats() {
    node.pubSub().localBroadcast(DASHBOARD, "stats", board.stats(clock.instant()));
  }

  /** Of this instance alone: a browser's snapshot goes with the stats that it hears here. */
  private Future<Void> answerSnapshots() {
    return vertx.eventBus().localConsumer(SNAPSHOT, this::answerSnapshot).completion();
  }

  /** It has what the browser was told of, by then or before. */
  private void answerSnapshot(io.vertx.core.eventbus.Message<Object> request) {
    if (request.body() instanceof JsonObject asked
        && asked.getValue(POSITION, 0) instanceof Number position) {
      progress
          .until(position.longValue())
          .onSuccess(there -> request.reply(board.snapshot(clock.instant())))
          .onFailure(late -> request.fail(503, "unavailable"));
    } else {
      request.fail(400, "invalid_position");
    }
  }

  private Router routes(History history) {
    Router router = Router.router(vertx);
    Bridge.on(node)
        .topic(ORDERS, TopicPolicy.everyone().replay(history))
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

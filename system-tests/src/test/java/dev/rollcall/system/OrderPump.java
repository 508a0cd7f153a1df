package dev.rollcall.system;

import dev.rollcall.system.OrdersHttp.Answer;
import dev.rollcall.system.bench.Histogram;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Orders of one to three items, each under a key of its own, over connections that are kept. */
final class OrderPump {
  private static final long TICK_MILLIS = 5;

  private final Vertx vertx;
  private final OrdersHttp http;
  private final int port;
  private final int connections;

  /** Those of one run, which belong to the event loop. */
  private static final class Round {
    private final Histogram nanos = new Histogram();
    private final long endNanos;
    private long failures;
    private long lastNanos;

    Round(Duration length) {
      endNanos = System.nanoTime() + length.toNanos();
    }

    boolean over() {
      return System.nanoTime() >= endNanos;
    }

    void take(Answer answer) {
      nanos.add(answer.nanos());
      lastNanos = answer.askedNanos() + answer.nanos();
      if (answer.status() != 201) {
        failures++;
      }
    }
  }

  /**
   * What came of it.
   *
   * @param failures answers other than that an order was created
   */
  record Result(double ordersPerSecond, Histogram nanos, long failures) {}

  OrderPump(Vertx vertx, int port, int connections) {
    this.vertx = vertx;
    this.http = new OrdersHttp(vertx, connections);
    this.port = port;
    this.connections = connections;
  }

  /** Orders over each connection as soon as the one before is answered. */
  Result full(Duration length) throws Exception {
    return run(length, this::fullyUntilOver);
  }

  /** Orders so many a second, whether or not they are answered. */
  Result paced(int ordersPerSecond, Duration length) throws Exception {
    return run(length, round -> pacedUntilOver(round, ordersPerSecond));
  }

  private interface Pace {
    Future<?> untilOver(Round round);
  }

  private Result run(Duration length, Pace pace) throws Exception {
    long startedNanos = System.nanoTime();
    Round round = new Round(length);
    var context = vertx.getOrCreateContext();
    PresenceCluster.await(
        Future.future(
            done ->
                context.runOnContext(now -> pace.untilOver(round).mapEmpty().onComplete(done))));
    double seconds = (round.lastNanos - startedNanos) / 1e9;
    return new Result(round.nanos.total() / seconds, round.nanos, round.failures);
  }

  private Future<?> fullyUntilOver(Round round) {
    List<Future<Void>> loops = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      loops.add(Future.future(done -> order(round, done::complete)));
    }
    return Future.all(loops);
  }

  private void order(Round round, Runnable ended) {
    create()
        .onSuccess(
            answer -> {
              round.take(answer);
              if (round.over()) {
                ended.run();
              } else {
                order(round, ended);
              }
            });
  }

  private Future<?> pacedUntilOver(Round round, int ordersPerSecond) {
    List<Future<?>> asked = new ArrayList<>();
    long startedNanos = System.nanoTime();
    Promise<Void> over = Promise.promise();
    vertx.setPeriodic(
        TICK_MILLIS,
        timer -> {
          double due = (System.nanoTime() - startedNanos) / 1e9 * ordersPerSecond;
          while (asked.size() < due) {
            asked.add(create().onSuccess(round::take));
          }
          if (round.over() && vertx.cancelTimer(timer)) {
            over.complete();
          }
        });
    return over.future().compose(all -> Future.all(asked));
  }

  private Future<Answer> create() {
    UUID key = UUID.randomUUID();
    JsonArray items = new JsonArray();
    for (int i = 0; i <= Math.floorMod(key.getLeastSignificantBits(), 3); i++) {
      items.add(
          new JsonObject().put("sku", "sku-" + i).put("quantity", 1 + i).put("unit_price", 450));
    }
    JsonObject order =
        new JsonObject().put("customer", "Ana").put("currency", "EUR").put("items", items);
    return http.create(port, key.toString(), order);
  }
}

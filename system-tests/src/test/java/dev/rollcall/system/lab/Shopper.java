package dev.rollcall.system.lab;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Orders one thing after another, and each again, wherever, until somebody says that it is done.
 */
final class Shopper {
  private static final long AGAIN_MILLIS = 200;
  private static final long PATIENCE_MILLIS = 10_000;

  private final Vertx vertx;
  private final HttpClient client;
  private final Supplier<Optional<Pod>> way;
  private final long pauseMillis;
  private final String name;
  private final Set<String> placed = ConcurrentHashMap.newKeySet();
  private final Promise<Void> gone = Promise.promise();
  private volatile boolean leaves;
  private int count;

  Shopper(
      Vertx vertx, HttpClient client, String name, Supplier<Optional<Pod>> way, long pauseMillis) {
    this.vertx = vertx;
    this.client = client;
    this.name = name;
    this.way = way;
    this.pauseMillis = pauseMillis;
  }

  void enter() {
    if (leaves) {
      gone.tryComplete();
      return;
    }
    String key = name + "-" + ++count;
    settle(key)
        .compose(done -> vertx.timer(pauseMillis, MILLISECONDS))
        .onSuccess(rested -> enter())
        .onFailure(gone::tryFail);
  }

  private Future<?> settle(String key) {
    return order(key)
        .otherwise(0)
        .compose(
            status -> {
              if (status == 201) {
                placed.add(key);
                return Future.succeededFuture();
              }
              return vertx.timer(AGAIN_MILLIS, MILLISECONDS).compose(later -> settle(key));
            });
  }

  private Future<Integer> order(String key) {
    Optional<Pod> pod = way.get();
    if (pod.isEmpty()) {
      return Future.failedFuture("nobody is ready");
    }
    RequestOptions options =
        new RequestOptions()
            .setHost(pod.get().address())
            .setPort(Pod.HTTP_PORT)
            .setMethod(HttpMethod.POST)
            .setURI("/orders")
            .setConnectTimeout(PATIENCE_MILLIS)
            .setIdleTimeout(PATIENCE_MILLIS)
            .putHeader("Idempotency-Key", key)
            .putHeader("Content-Type", "application/json");
    return client
        .request(options)
        .compose(request -> request.send(body().toBuffer()))
        .compose(answer -> answer.end().map(answer.statusCode()));
  }

  private static JsonObject body() {
    JsonObject item =
        new JsonObject().put("sku", "tea-01").put("quantity", 1).put("unit_price", 450);
    return new JsonObject()
        .put("customer", "Ana")
        .put("currency", "EUR")
        .put("items", new JsonArray().add(item));
  }

  /** Orders nothing more; completes when all that was ordered is answered. */
  Future<Void> leave() {
    leaves = true;
    return gone.future();
  }

  /** Returns the keys of those that were answered. */
  Set<String> placed() {
    return Set.copyOf(placed);
  }
}

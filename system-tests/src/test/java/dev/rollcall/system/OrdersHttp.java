package dev.rollcall.system;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;

/**
 * Asks instances of orders-service over connections that are kept; whatever happens is an answer.
 */
final class OrdersHttp {
  /** Longer than the service takes to say that the database does not answer. */
  private static final long TIMEOUT_MILLIS = 15_000;

  private final HttpClient client;

  /**
   * @param connections to each instance, at most
   */
  OrdersHttp(Vertx vertx, int connections) {
    client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(connections));
  }

  /**
   * What came of a request.
   *
   * @param status {@link #NONE} where nobody knows
   * @param body empty where there is no JSON
   */
  record Answer(int status, JsonObject body, long askedNanos, long nanos) {
    static final int NONE = 0;

    /** Tells whether the same is to be asked again: it may or may not have been done. */
    boolean open() {
      return status == NONE || status == 503;
    }
  }

  /** Orders something, once a key. */
  Future<Answer> create(int port, String key, JsonObject order) {
    return ask(port, HttpMethod.POST, "/orders", key, order);
  }

  Future<Answer> change(int port, long id, String status) {
    JsonObject body = new JsonObject().put("status", status);
    return ask(port, HttpMethod.PUT, "/orders/" + id + "/status", null, body);
  }

  Future<Answer> stats(int port) {
    return ask(port, HttpMethod.GET, "/stats", null, null);
  }

  private Future<Answer> ask(int port, HttpMethod method, String uri, String key, JsonObject body) {
    RequestOptions options =
        new RequestOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setMethod(method)
            .setURI(uri)
            .setIdleTimeout(TIMEOUT_MILLIS);
    if (key != null) {
      options.putHeader("Idempotency-Key", key);
    }
    long askedNanos = System.nanoTime();
    return client
        .request(options)
        .compose(request -> answer(request, body, askedNanos))
        .otherwise(unknown -> answer(Answer.NONE, new JsonObject(), askedNanos));
  }

  private static Future<Answer> answer(
      HttpClientRequest request, JsonObject body, long askedNanos) {
    if (body != null) {
      request.putHeader("Content-Type", "application/json");
    }
    return (body == null ? request.send() : request.send(body.toBuffer()))
        .compose(
            response ->
                response
                    .body()
                    .map(text -> answer(response.statusCode(), text.toJsonObject(), askedNanos)));
  }

  private static Answer answer(int status, JsonObject body, long askedNanos) {
    return new Answer(status, body, askedNanos, System.nanoTime() - askedNanos);
  }
}

package dev.rollcall.node;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Waits for a client to say what it wants, and no longer: one that connects and is silent, or sends
 * its request a byte at a time, has its connection closed. An answer may take its time, as a poll
 * does, and who has upgraded is out of this.
 */
final class Patience {
  /** For a whole request, head and body; and between two. */
  static final long REQUEST_MILLIS = 15_000;

  private final Vertx vertx;
  private final Map<HttpConnection, Long> timers = new ConcurrentHashMap<>();

  Patience(Vertx vertx) {
    this.vertx = vertx;
  }

  void opened(HttpConnection connection) {
    waitFor(connection);
    connection.closeHandler(closed -> stop(connection));
  }

  /** Hands the request on. Its body is still waited for; then, once it is answered, the next. */
  void handle(HttpServerRequest request, Handler<HttpServerRequest> next) {
    HttpConnection connection = request.connection();
    stop(connection);
    if (hasBody(request)) {
      vertx.setTimer(REQUEST_MILLIS, timer -> closeUnlessWhole(request));
    }
    request.response().endHandler(answered -> waitFor(connection));
    next.handle(request);
  }

  private static boolean hasBody(HttpServerRequest request) {
    return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** One that was answered before its end is not waited for: it has upgraded, or was refused. */
  private static void closeUnlessWhole(HttpServerRequest request) {
    if (!request.isEnded() && !request.response().ended()) {
      request.connection().close();
    }
  }

  private void waitFor(HttpConnection connection) {
    long timer = vertx.setTimer(REQUEST_MILLIS, late -> connection.close());
    Long before = timers.put(connection, timer);
    if (before != null) {
      vertx.cancelTimer(before);
    }
  }

  private void stop(HttpConnection connection) {
    Long timer = timers.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }
}

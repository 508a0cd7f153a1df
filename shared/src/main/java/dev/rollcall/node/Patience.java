package dev.rollcall.node;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Waits for a client to say what it wants, and no longer: one that connects and is silent, or sends
 * its request a byte at a time, has its connection closed. An answer may take its time, as a poll
 * does, and who has upgraded is out of this.
 *
 * <p>The first route of all: it hands the request on. Its body is still waited for; then, once it
 * is answered, the next.
 */
final class Patience implements Handler<RoutingContext> {
  /** For a whole request, head and body; and between two. */
  static final long REQUEST_MILLIS = 15_000;

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final long requestMillis;
  private final Map<HttpConnection, Long> timers = new ConcurrentHashMap<>();

  Patience(Vertx vertx, long requestMillis) {
    this.vertx = vertx;
    this.requestMillis = requestMillis;
  }

  void opened(HttpConnection connection) {
    waitFor(connection);
    connection.closeHandler(closed -> stop(connection));
  }

  @Override
  public void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    stop(request.connection());
    long body = hasBody(request) ? waitForBody(request) : NO_TIMER;
    // The response has room for one handler, the routing for those of all routes.
    routing.addEndHandler(answered -> answered(request, body));
    routing.next();
  }

  private static boolean hasBody(HttpServerRequest request) {
    return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  private long waitForBody(HttpServerRequest request) {
    return vertx.setTimer(requestMillis, late -> closeUnlessWhole(request));
  }

  /** One that was answered before its end is not waited for: it has upgraded, or was refused. */
  private static void closeUnlessWhole(HttpServerRequest request) {
    if (!request.isEnded() && !request.response().ended()) {
      request.connection().close();
    }
  }

  private void answered(HttpServerRequest request, long body) {
    vertx.cancelTimer(body);
    if (!request.response().closed()) {
      waitFor(request.connection());
    }
  }

  private void waitFor(HttpConnection connection) {
    stop(connection);
    timers.put(connection, vertx.setTimer(requestMillis, late -> connection.close()));
  }

  private void stop(HttpConnection connection) {
    Long timer = timers.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }
}

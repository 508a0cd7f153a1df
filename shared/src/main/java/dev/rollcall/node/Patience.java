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

  /** Of connections that have said nothing since the last answer. */
  private final Map<HttpConnection, Long> timers = new ConcurrentHashMap<>();

  /** Of the others, but for upgrades: these have no end at which they could be forgotten. */
  private final Map<HttpConnection, HttpServerRequest> latest = new ConcurrentHashMap<>();

  Patience(Vertx vertx, long requestMillis) {
    this.vertx = vertx;
    this.requestMillis = requestMillis;
  }

  /** Returns how many connections it knows of. */
  int size() {
    return timers.size() + latest.size();
  }

  void opened(HttpConnection connection) {
    waitFor(connection);
    connection.closeHandler(closed -> forget(connection));
  }

  @Override
  public void handle(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    forget(request.connection());
    if (!mayUpgrade(request)) {
      latest.put(request.connection(), request);
    }
    long body = hasBody(request) ? waitForBody(request) : NO_TIMER;
    // The response has room for one handler, the routing for those of all routes.
    routing.addEndHandler(answered -> answered(request, body));
    routing.next();
  }

  private static boolean mayUpgrade(HttpServerRequest request) {
    return request.headers().contains(HttpHeaders.UPGRADE);
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

  /** A request that came behind this one has begun before this one's end is told. */
  private void answered(HttpServerRequest request, long body) {
    vertx.cancelTimer(body);
    HttpConnection connection = request.connection();
    boolean isLatest = latest.remove(connection, request) || mayUpgrade(request);
    if (isLatest && !request.response().closed()) {
      waitFor(connection);
    }
  }

  private void waitFor(HttpConnection connection) {
    forget(connection);
    timers.put(connection, vertx.setTimer(requestMillis, late -> connection.close()));
  }

  private void forget(HttpConnection connection) {
    latest.remove(connection);
    Long timer = timers.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }
}

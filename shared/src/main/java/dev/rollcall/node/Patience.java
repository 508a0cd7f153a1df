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
  private final Map<HttpConnection, Client> clients = new ConcurrentHashMap<>();

  Patience(Vertx vertx, long requestMillis) {
    this.vertx = vertx;
    this.requestMillis = requestMillis;
  }

  void opened(HttpConnection connection) {
    Client client = new Client(connection);
    clients.put(connection, client);
    client.waitForRequest();
    connection.closeHandler(closed -> clients.remove(connection).stopWaiting());
  }

  @Override
  public void handle(RoutingContext routing) {
    Client client = clients.get(routing.request().connection());
    boolean isStillThere = client != null;
    if (isStillThere) {
      attend(client, routing);
    }
    routing.next();
  }

  private void attend(Client client, RoutingContext routing) {
    HttpServerRequest request = routing.request();
    client.asks(request);
    long body = hasBody(request) ? waitForBody(request) : NO_TIMER;
    // The response has room for one handler, the routing for those of all routes.
    routing.addEndHandler(
        answered -> {
          vertx.cancelTimer(body);
          client.isAnswered(request);
        });
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

  /** Of one connection; used on its event loop. */
  private final class Client {
    private final HttpConnection connection;
    private long timer = NO_TIMER;
    private HttpServerRequest latest;

    Client(HttpConnection connection) {
      this.connection = connection;
    }

    void waitForRequest() {
      timer = vertx.setTimer(requestMillis, late -> connection.close());
    }

    void stopWaiting() {
      vertx.cancelTimer(timer);
    }

    void asks(HttpServerRequest request) {
      latest = request;
      stopWaiting();
    }

    /** It may have asked already, behind this request, for what it is to be answered next. */
    void isAnswered(HttpServerRequest request) {
      if (request == latest && !request.response().closed()) {
        waitForRequest();
      }
    }
  }
}

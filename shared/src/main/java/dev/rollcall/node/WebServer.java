package dev.rollcall.node;

import dev.rollcall.trace.Trace;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How every service faces browsers: the same limits, security headers and errors. */
final class WebServer {
  private static final Logger log = LoggerFactory.getLogger(WebServer.class);

  /**
   * A larger WebSocket message closes its socket; the bridge refuses far smaller ones by a code.
   */
  private static final int MAX_MESSAGE_BYTES = 1024 * 1024;

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:;"
              + " object-src 'none'; base-uri 'none'; frame-ancestors 'self'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer");

  private WebServer() {}

  static Future<HttpServer> listen(Vertx vertx, NodeConfig config, Router service) {
    Router router = Router.router(vertx);
    Patience patience = new Patience(vertx, Patience.REQUEST_MILLIS);
    router.route().handler(patience);
    router.route().handler(WebServer::addHeaders);
    router.route().handler(Trace::follow);
    router.route("/*").subRouter(service);
    // What is wrong before any route is found, such as a malformed escape in the path.
    router.errorHandler(400, request -> answer(request, 400));
    // After the service's own: the first failure handler that matches answers.
    router.route().failureHandler(WebServer::fail);
    return vertx
        .createHttpServer(options())
        .connectionHandler(patience::opened)
        .requestHandler(router)
        .listen(config.httpPort(), config.httpHost())
        .recover(fault -> Future.failedFuture(refused(config, fault)));
  }

  private static IOException refused(NodeConfig config, Throwable fault) {
    String where = config.httpHost() + ":" + config.httpPort();
    return new IOException("HTTP can't listen on " + where + ": " + fault.getMessage());
  }

  /**
   * What the kernel keeps for a client that does not read: left to itself it keeps up to 4 MiB
   * each, which counts as memory of the node.
   */
  private static final int SEND_BUFFER_BYTES = 256 * 1024;

  /** WebSocket compression stays off: its inflater has no bound (CVE-2026-102467). */
  static HttpServerOptions options() {
    return new HttpServerOptions()
        // Proxies and browsers speak HTTP/1.1 to it; what waits for another costs every connection.
        .setHttp2ClearTextEnabled(false)
        .setSendBufferSize(SEND_BUFFER_BYTES)
        // Where steps are measured a request that names no trace begins one.
        .setTracingPolicy(TracingPolicy.ALWAYS)
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setMaxWebSocketFrameSize(MAX_MESSAGE_BYTES)
        .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES);
  }

  private static void addHeaders(RoutingContext request) {
    request.response().headers().addAll(HEADERS);
    request.next();
  }

  /** The last resort: a status and its name, never a stack trace. */
  private static void fail(RoutingContext request) {
    if (request.failure() instanceof HttpClosedException) {
      // The client has gone in the middle of its request, and nobody is there to hear more.
      return;
    }
    int status = request.statusCode() < 400 ? 500 : request.statusCode();
    if (status >= 500 && !(request.failure() instanceof HttpException)) {
      log.error(
          "{} {} failed", request.request().method(), request.request().path(), request.failure());
    }
    answer(request, status);
  }

  private static void answer(RoutingContext request, int status) {
    if (request.response().ended() || request.response().headWritten()) {
      return;
    }
    JsonObject problem =
        new JsonObject()
            .put("type", "about:blank")
            .put("status", status)
            .put("title", request.response().setStatusCode(status).getStatusMessage());
    request
        .response()
        .putHeader("Content-Type", "application/problem+json")
        .end(problem.toBuffer());
  }
}

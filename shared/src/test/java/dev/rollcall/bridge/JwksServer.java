package dev.rollcall.bridge;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;

/** Where an issuer publishes its keys, or fails to. */
final class JwksServer {
  private final AtomicInteger fetches = new AtomicInteger();
  private final HttpServer server;
  private volatile Handler<HttpServerRequest> answer;

  JwksServer(Vertx vertx, HttpServerOptions options) {
    server =
        vertx
            .createHttpServer(options)
            .requestHandler(
                request -> {
                  fetches.incrementAndGet();
                  answer.handle(request);
                });
  }

  Future<JwksServer> listen() {
    return server.listen(0, "127.0.0.1").map(this);
  }

  JwksServer publish(Issuer... issuers) {
    JsonObject jwks = Issuer.jwks(issuers);
    return answer(request -> request.response().end(jwks.toBuffer()));
  }

  JwksServer answer(Handler<HttpServerRequest> answer) {
    this.answer = answer;
    return this;
  }

  int fetches() {
    return fetches.get();
  }

  int port() {
    return server.actualPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/jwks";
  }

  Future<Void> close() {
    return server.close();
  }
}

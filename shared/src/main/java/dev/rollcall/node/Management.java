package dev.rollcall.node;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.healthchecks.HealthCheckHandler;

/**
 * What an orchestrator asks: has it started, does it live, is it ready, how is it. Served on a port
 * of its own, which browsers never reach.
 */
final class Management {
  private final HealthChecks started;
  private final HealthChecks ready;
  private final PrometheusMeterRegistry metrics;
  private volatile boolean serving;
  private volatile boolean wasReady;

  Management(Vertx vertx, PrometheusMeterRegistry metrics) {
    this.metrics = metrics;
    this.started = HealthChecks.create(vertx);
    this.ready = HealthChecks.create(vertx);
    started.register("node", check -> check.complete(serving ? Status.OK() : Status.KO()));
    ready.register("node", check -> check.complete(serving ? Status.OK() : Status.KO()));
  }

  /** The checks that a service adds to: while one of them fails, no traffic should come. */
  HealthChecks readiness() {
    return ready;
  }

  /** Says whether the service is up and not about to leave. */
  void serving(boolean now) {
    serving = now;
  }

  /** Tells whether it was ready when that was last looked at, as with each scrape. */
  boolean wasReady() {
    return wasReady;
  }

  Future<HttpServer> listen(Vertx vertx, NodeConfig config) {
    Router router = Router.router(vertx);
    router.get("/health/started").handler(HealthCheckHandler.createWithHealthChecks(started));
    router.get("/health/ready").handler(HealthCheckHandler.createWithHealthChecks(ready));
    // Answered by an event loop: that it answers is the proof.
    router.get("/health/live").handler(request -> json(request).end("{\"status\":\"UP\"}"));
    router.get("/metrics").handler(this::measure);
    return vertx
        .createHttpServer()
        .requestHandler(router)
        .listen(config.managementPort(), config.managementHost());
  }

  private void measure(RoutingContext request) {
    ready
        .checkStatus()
        .onComplete(
            (result, fault) -> {
              wasReady = fault == null && CheckResult.isUp(result);
              scrape(request);
            });
  }

  private void scrape(RoutingContext request) {
    request
        .response()
        .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        .end(metrics.scrape());
  }

  private static HttpServerResponse json(RoutingContext request) {
    return request.response().putHeader("Content-Type", "application/json");
  }
}

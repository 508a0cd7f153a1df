package dev.rollcall.node;

import dev.rollcall.node.Ailments.Ailment;
import dev.rollcall.operator.Condition;
import dev.rollcall.operator.Condition.State;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.healthchecks.HealthCheckHandler;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What an orchestrator asks: has it started, does it live, is it ready, how is it. Served on a port
 * of its own, which browsers never reach.
 */
final class Management {
  /** Longer than from one scrape to the next. */
  private static final long PATIENCE_MILLIS = 75_000;

  private final HealthChecks started;
  private final Watchdog watchdog;
  private final HealthChecks ready;
  private final PrometheusMeterRegistry metrics;
  private volatile boolean serving;
  private volatile boolean hasServed;
  private boolean ended;
  private Router router;
  private volatile boolean wasReady;

  Management(Vertx vertx, PrometheusMeterRegistry metrics, Watchdog watchdog) {
    this.metrics = metrics;
    this.watchdog = watchdog;
    this.started = HealthChecks.create(vertx);
    this.ready = HealthChecks.create(vertx);
    started.register("node", check -> check.complete(hasServed ? Status.OK() : Status.KO()));
    ready.register("node", check -> check.complete(serving ? Status.OK() : Status.KO()));
  }

  /** The checks that a service adds to: while one of them fails, no traffic should come. */
  HealthChecks readiness() {
    return ready;
  }

  /** Says that the service is up. */
  synchronized void begin() {
    if (!ended) {
      hasServed = true;
      serving = true;
      watchdog.start();
    }
  }

  /** Says that it is about to leave. */
  synchronized void end() {
    ended = true;
    serving = false;
    watchdog.stop();
  }

  /** Tells the same as {@code /health/ready}, in words. */
  Future<Condition> condition() {
    if (!serving) {
      State state = hasServed ? State.DRAINING : State.STARTING;
      return Future.succeededFuture(new Condition(state, List.of()));
    }
    return ready
        .checkStatus()
        .map(
            result ->
                new Condition(
                    result.getUp() ? State.READY : State.NOT_READY,
                    result.getChecks().stream()
                        .filter(check -> !check.getUp())
                        .map(CheckResult::getId)
                        .toList()));
  }

  /** Adds routes to those that it answers already. */
  void mount(Consumer<Router> routes) {
    routes.accept(router);
  }

  /** Tells whether it was ready when that was last looked at, as with each scrape. */
  boolean wasReady() {
    return wasReady;
  }

  Future<HttpServer> listen(Vertx vertx, NodeConfig config) {
    router = Router.router(vertx);
    Patience patience = new Patience(vertx, PATIENCE_MILLIS);
    router.route().handler(patience);
    // What is wrong before any route is found, such as a malformed escape in the path.
    router.errorHandler(400, request -> request.response().setStatusCode(400).end());
    router.get("/health/started").handler(HealthCheckHandler.createWithHealthChecks(started));
    router.get("/health/ready").handler(HealthCheckHandler.createWithHealthChecks(ready));
    router.get("/health/live").handler(this::live);
    router.get("/metrics").handler(this::measure);
    return vertx
        .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
        .connectionHandler(patience::opened)
        .requestHandler(router)
        .listen(config.managementPort(), config.managementHost());
  }

  /** Answered by an event loop: that it answers is a proof, too. */
  private void live(RoutingContext request) {
    Set<Ailment> lasting = watchdog.lasting();
    JsonObject answer = new JsonObject().put("status", lasting.isEmpty() ? "UP" : "DOWN");
    if (!lasting.isEmpty()) {
      answer.put("problems", new JsonArray(lasting.stream().map(Ailment::name).toList()));
    }
    json(request).setStatusCode(lasting.isEmpty() ? 200 : 503).end(answer.encode());
  }

  /** Returns what is wrong with this node for so long that it should not live. */
  Set<Ailment> ailments() {
    return watchdog.lasting();
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

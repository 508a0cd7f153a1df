package dev.rollcall.operator;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.StaticHandler;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The page, the report that it shows, and what can be done from it. */
final class OperatorRoutes {
  private static final Logger log = LoggerFactory.getLogger(Operator.class);

  private static final int MAX_BODY_BYTES = 4 * 1024;

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          // File names carry no version, so a browser asks each time whether they are new.
          "Cache-Control",
          "no-cache");

  private final Gathering gathering;
  private final Actions actions;
  private final Guard guard;

  OperatorRoutes(Gathering gathering, Actions actions, Guard guard) {
    this.gathering = gathering;
    this.actions = actions;
    this.guard = guard;
  }

  void mount(Vertx vertx, Router parent) {
    Router router = Router.router(vertx);
    router.route().handler(OperatorRoutes::addHeaders).handler(guard::look);
    router.get("/report").handler(this::report);
    only(router, "/report", "GET");
    action(router, "/kick", actions::kick);
    action(router, "/nodes/:node/drain", actions::drain);
    router.get().handler(StaticHandler.create("operator"));
    router.route().handler(request -> Refusal.NOT_FOUND.send(request, "there is nothing here"));
    router.route().failureHandler(OperatorRoutes::fail);
    parent.getWithRegex("/operator/?").handler(request -> request.reroute("/operator/index.html"));
    parent.route("/operator/*").subRouter(router);
    // What the page has in common with those of the services: its look, and the elements.
    parent
        .get("/rollcall/*")
        .handler(OperatorRoutes::addHeaders)
        .handler(guard::look)
        .handler(StaticHandler.create("webroot/rollcall"));
  }

  /** A body is read for those only who may do something. */
  private void action(Router router, String path, Handler<RoutingContext> action) {
    router.post(path).handler(guard::act);
    router.post(path).handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
    router.post(path).handler(action);
    only(router, path, "POST");
  }

  private static void only(Router router, String path, String method) {
    router
        .route(path)
        .handler(
            request -> {
              request.response().putHeader("Allow", method);
              Refusal.METHOD_NOT_ALLOWED.send(request, "this is done by " + method);
            });
  }

  private void report(RoutingContext request) {
    gathering
        .report()
        .map(report -> report.toJson().put("actions", guard.actions()).toBuffer())
        .onFailure(request::fail)
        .onSuccess(
            report ->
                request
                    .response()
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Cache-Control", "no-store")
                    .end(report));
  }

  private static void addHeaders(RoutingContext request) {
    request.response().headers().setAll(HEADERS);
    request.next();
  }

  private static void fail(RoutingContext request) {
    int status = request.statusCode();
    if (request.failure() instanceof HttpClosedException) {
      // Who asked has gone in the middle of it, and nobody is there to hear more.
      return;
    }
    if (status == 413) {
      Refusal.TOO_LARGE.send(request, "a body has at most " + MAX_BODY_BYTES + " bytes");
    } else if (status >= 400 && status < 500) {
      Refusal.MALFORMED_REQUEST.send(request, "the request is malformed");
    } else {
      log.error(
          "{} {} failed", request.request().method(), request.normalizedPath(), request.failure());
      Refusal.FAILED.send(request, "this failed; the node's log has why");
    }
  }
}

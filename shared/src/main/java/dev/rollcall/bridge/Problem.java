package dev.rollcall.bridge;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** An error over HTTP, as problem+json. */
final class Problem {
  private Problem() {}

  static void send(RoutingContext request, int status, String detail) {
    JsonObject problem = new JsonObject().put("type", "about:blank").put("status", status);
    problem.put("title", request.response().setStatusCode(status).getStatusMessage());
    request
        .response()
        .putHeader("Content-Type", "application/problem+json")
        .end(problem.put("detail", detail).toBuffer());
  }
}

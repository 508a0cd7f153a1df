package dev.rollcall.operator;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/** Why something is not done, over HTTP: a problem with a code, for people and for scripts. */
enum Refusal {
  MALFORMED_REQUEST(400),
  INVALID_BODY(400),
  NOT_A_USER(400),
  NOT_A_NODE(400),
  NOT_AUTHORISED(401),
  ACTIONS_OFF(403),
  FOREIGN_ORIGIN(403),
  NOT_FOUND(404),
  UNKNOWN_NODE(404),
  METHOD_NOT_ALLOWED(405),
  NOBODY_TAKES_OVER(409),
  TOO_LARGE(413),
  NOT_JSON(415),
  FOREIGN_HOST(421),
  FAILED(500),
  NO_ANSWER(504);

  private final int status;

  Refusal(int status) {
    this.status = status;
  }

  String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  void send(RoutingContext request, String detail) {
    if (request.response().ended() || request.response().headWritten()) {
      return;
    }
    JsonObject problem =
        new JsonObject()
            .put("type", "about:blank")
            .put("status", status)
            .put("title", request.response().setStatusCode(status).getStatusMessage())
            .put("code", code())
            .put("detail", detail);
    request
        .response()
        .putHeader("Content-Type", "application/problem+json")
        .end(problem.toBuffer());
  }
}

package dev.rollcall.orders;

import static java.util.stream.Collectors.joining;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A problem in the words of RFC 9457.
 *
 * @param detail for people, may be empty
 * @param errors what is wrong with which field
 */
record Problem(int status, String title, String detail, List<Field> errors) {

  /**
   * One thing that is wrong.
   *
   * @param field a JSON pointer into the body, or the name of a parameter
   */
  record Field(String field, String message) {
    JsonObject toJson() {
      return new JsonObject().put("field", field).put("message", message);
    }
  }

  Problem {
    errors = List.copyOf(errors);
  }

  Problem(int status, String detail) {
    this(status, HttpResponseStatus.valueOf(status).reasonPhrase(), detail, List.of());
  }

  static Problem ofStatus(int status) {
    return new Problem(status, "");
  }

  static Problem invalid(List<Field> errors) {
    return new Problem(400, "Invalid request", "", errors);
  }

  static Problem malformed(String detail) {
    return new Problem(400, "Malformed request", detail, List.of());
  }

  static Problem keyReused() {
    return new Problem(
        422, "Key reused", "The Idempotency-Key is that of another order.", List.of());
  }

  static Problem illegal(StatusChange.Illegal step) {
    String steps = step.from().next().stream().map(Status::toString).collect(joining(" or "));
    String detail =
        "An order that is %s can't become %s, but %s."
            .formatted(step.from(), step.to(), steps.isEmpty() ? "stays so" : steps);
    return new Problem(409, "Illegal step", detail, List.of());
  }

  static Problem repeatedSku(Creation.RepeatedSku repeated) {
    Field second =
        new Field(
            "/items/" + repeated.index() + "/sku", repeated.sku() + " is in the order already");
    return new Problem(422, "Repeated sku", "", List.of(second));
  }

  JsonObject toJson() {
    JsonObject json =
        new JsonObject().put("type", "about:blank").put("title", title).put("status", status);
    if (!detail.isEmpty()) {
      json.put("detail", detail);
    }
    if (!errors.isEmpty()) {
      JsonArray fields = new JsonArray();
      errors.forEach(error -> fields.add(error.toJson()));
      json.put("errors", fields);
    }
    return json;
  }
}

package dev.rollcall.orders;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;

/**
 * What a client sends.
 *
 * @param path with its query
 * @param inPieces whether the body goes out without its length told before
 */
record Call(HttpMethod method, String path, MultiMap headers, Buffer body, boolean inPieces) {
  static Call of(HttpMethod method, String path) {
    return new Call(method, path, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer(), false);
  }

  static Call get(String path) {
    return of(HttpMethod.GET, path);
  }

  static Call post(JsonObject order) {
    return of(HttpMethod.POST, "/orders").json(order.toBuffer());
  }

  static Call status(long id, Object status) {
    return of(HttpMethod.PUT, "/orders/" + id + "/status")
        .json(new JsonObject().put("status", status).toBuffer());
  }

  Call json(Buffer json) {
    return body("application/json", json);
  }

  /**
   * @param type may be empty: none is told then
   */
  Call body(String type, Buffer content) {
    Call without = new Call(method, path, copy(), content, inPieces);
    without.headers.remove("Content-Type");
    return type.isEmpty() ? without : without.with("Content-Type", type);
  }

  /** With one header more, beside those of the same name. */
  Call with(String name, String value) {
    return new Call(method, path, copy().add(name, value), body, inPieces);
  }

  Call withKey(String key) {
    return with("Idempotency-Key", key);
  }

  Call to(String otherPath) {
    return new Call(method, otherPath, headers, body, inPieces);
  }

  Call piecemeal() {
    return new Call(method, path, headers, body, true);
  }

  private MultiMap copy() {
    return MultiMap.caseInsensitiveMultiMap().addAll(headers);
  }
}

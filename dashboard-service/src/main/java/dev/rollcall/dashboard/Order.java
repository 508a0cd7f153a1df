package dev.rollcall.dashboard;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * An order, which is passed on as it came: only its id matters here.
 *
 * @param id a later order has a higher one
 */
record Order(long id, JsonObject json) {
  Order {
    json = json.copy();
  }

  /** Returns the order, unless it has no id. */
  static Optional<Order> from(JsonObject json) {
    return json.getValue("id") instanceof Number id
        ? Optional.of(new Order(id.longValue(), json))
        : Optional.empty();
  }

  @Override
  public JsonObject json() {
    return json.copy();
  }
}

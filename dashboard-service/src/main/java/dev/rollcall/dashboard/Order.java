package dev.rollcall.dashboard;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * An order, which is passed on as it came: only its id and its status matter here.
 *
 * @param id a later order has a higher one
 */
record Order(long id, JsonObject json) {
  /** Each later than those before: no step leads back. */
  private static final List<String> STATUSES =
      List.of("placed", "paid", "shipped", "delivered", "cancelled");

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

  Order with(String status) {
    return new Order(id, json().put("status", status));
  }

  /** Of what is heard and what is asked for, the later may come first. */
  Order furtherOf(Order other) {
    return other.step() > step() ? other : this;
  }

  private int step() {
    return STATUSES.indexOf(json.getString("status"));
  }
}

package dev.rollcall.orders;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Some of the orders.
 *
 * @param orders newest first
 * @param more whether there are older ones
 */
record Page(List<Order> orders, boolean more) {
  static final int DEFAULT_LIMIT = 20;
  static final int MAX_LIMIT = 100;

  Page {
    orders = List.copyOf(orders);
  }

  /** Returns what REST and the bus answer: {@code next} is what the next page asks to be before. */
  JsonObject toJson() {
    JsonArray json = new JsonArray();
    orders.forEach(order -> json.add(order.toJson()));
    JsonObject page = new JsonObject().put("orders", json);
    return more ? page.put("next", orders.get(orders.size() - 1).id()) : page;
  }
}

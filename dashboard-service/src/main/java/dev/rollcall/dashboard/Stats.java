package dev.rollcall.dashboard;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * The figures of all orders.
 *
 * @param orders how many there are
 * @param revenue by currency, in its minor units
 * @param lastMinute how many came within a minute
 */
record Stats(long orders, Map<String, Long> revenue, long lastMinute) {
  static final Stats NONE = new Stats(0, Map.of(), 0);

  Stats {
    revenue = Map.copyOf(revenue);
  }

  /**
   * @throws IllegalArgumentException when a figure is missing or no number
   */
  static Stats from(JsonObject json) {
    if (!(json.getValue("revenue") instanceof JsonObject amounts)) {
      throw new IllegalArgumentException("stats without revenue");
    }
    Map<String, Long> revenue = new TreeMap<>();
    amounts.fieldNames().forEach(currency -> revenue.put(currency, number(amounts, currency)));
    return new Stats(number(json, "orders"), revenue, number(json, "last_minute"));
  }

  JsonObject json() {
    JsonObject amounts = new JsonObject();
    new TreeMap<>(revenue).forEach(amounts::put);
    return new JsonObject()
        .put("orders", orders)
        .put("revenue", amounts)
        .put("last_minute", lastMinute);
  }

  private static long number(JsonObject json, String field) {
    if (json.getValue(field) instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException("stats where " + field + " is no number");
  }
}

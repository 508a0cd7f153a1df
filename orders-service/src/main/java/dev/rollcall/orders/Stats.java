package dev.rollcall.orders;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was sold so far.
 *
 * @param revenue in minor units, by currency, without those that nothing was sold in
 * @param lastMinute how many of the orders are of the last minute
 */
record Stats(long orders, Map<Currency, Long> revenue, long lastMinute) {
  Stats {
    revenue = Map.copyOf(revenue);
  }

  JsonObject toJson() {
    JsonObject amounts = new JsonObject();
    new TreeMap<>(revenue).forEach((currency, amount) -> amounts.put(currency.name(), amount));
    return new JsonObject()
        .put("orders", orders)
        .put("revenue", amounts)
        .put("last_minute", lastMinute);
  }
}

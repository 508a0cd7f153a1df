package dev.rollcall.orders;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Orders as tests want them. */
final class Samples {
  private Samples() {}

  static JsonObject item() {
    return new JsonObject().put("sku", "tea-01").put("quantity", 2).put("unit_price", 450);
  }

  static JsonObject order() {
    return order(item());
  }

  static JsonObject order(JsonObject... items) {
    return new JsonObject()
        .put("customer", "Ana")
        .put("currency", "EUR")
        .put("items", new JsonArray(List.of(items)));
  }

  static NewOrder wanted(String customer, Currency currency, long price) {
    return new NewOrder(customer, currency, List.of(new Item("tea-01", 1, price)));
  }
}

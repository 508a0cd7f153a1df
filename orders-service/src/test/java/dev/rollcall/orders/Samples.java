package dev.rollcall.orders;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;

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

  /** Of as many skus, which are not in their natural order. */
  static JsonArray items(int count) {
    return new JsonArray(
        IntStream.range(0, count).mapToObj(i -> item().put("sku", "sku-" + (1000 - i))).toList());
  }

  static NewOrder wanted(String customer, Currency currency, long price) {
    return new NewOrder(customer, currency, List.of(new Item("tea-01", 1, price)));
  }
}

package dev.rollcall.orders;

import io.vertx.core.json.JsonObject;

/**
 * So many of one thing.
 *
 * @param unitPrice in minor units of the order's currency
 */
record Item(String sku, int quantity, long unitPrice) {
  static final int MAX_QUANTITY = 10_000;
  static final long MAX_UNIT_PRICE = 100_000_000;
  private static final String SKU = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  Item {
    Rejected.unless(sku.matches(SKU), "/sku", "must match " + SKU);
    Rejected.unless(
        quantity >= 1 && quantity <= MAX_QUANTITY, "/quantity", "must be 1 to " + MAX_QUANTITY);
    Rejected.unless(
        unitPrice >= 0 && unitPrice <= MAX_UNIT_PRICE,
        "/unit_price",
        "must be 0 to " + MAX_UNIT_PRICE);
  }

  static Item of(JsonObject json) {
    return new Item(json.getString("sku"), json.getInteger("quantity"), json.getLong("unit_price"));
  }

  /**
   * @throws ArithmeticException when it is more than a {@code long} holds
   */
  long price() {
    return Math.multiplyExact(quantity, unitPrice);
  }

  JsonObject toJson() {
    return new JsonObject().put("sku", sku).put("quantity", quantity).put("unit_price", unitPrice);
  }
}

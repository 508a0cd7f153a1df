package dev.rollcall.orders;

/** How an attempt to create an order ended. */
sealed interface Creation {
  /** It is committed. */
  record Created(Order order) implements Creation {}

  /**
   * Rolled back: a sku came a second time.
   *
   * @param index of the second of the two items
   */
  record RepeatedSku(String sku, int index) implements Creation {}
}

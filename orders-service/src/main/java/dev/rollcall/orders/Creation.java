package dev.rollcall.orders;

/** How an attempt to create an order ended. */
sealed interface Creation {
  /**
   * It is committed.
   *
   * @param before whether by an earlier request with the same key; it is then told as it was
   *     created
   */
  record Created(Order order, boolean before) implements Creation {}

  /**
   * Rolled back: a sku came a second time.
   *
   * @param index of the second of the two items
   */
  record RepeatedSku(String sku, int index) implements Creation {}

  /** Nothing was done: the key is that of another order. */
  record KeyReused() implements Creation {}
}

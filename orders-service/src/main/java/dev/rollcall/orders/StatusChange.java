package dev.rollcall.orders;

/** How an attempt to change an order's status ended. */
sealed interface StatusChange {
  /** It is committed, or was so before. */
  record Changed(Order order) implements StatusChange {}

  /** No step leads there from where the order is. */
  record Illegal(Status from, Status to) implements StatusChange {}

  record NoSuchOrder() implements StatusChange {}
}

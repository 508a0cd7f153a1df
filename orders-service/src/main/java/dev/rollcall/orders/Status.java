package dev.rollcall.orders;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** How far an order has come. */
enum Status {
  PLACED,
  PAID,
  SHIPPED,
  DELIVERED,
  CANCELLED;

  static Optional<Status> of(String name) {
    return Stream.of(values()).filter(status -> status.toString().equals(name)).findFirst();
  }

  /** Returns the steps that are legal from here. */
  Set<Status> next() {
    return switch (this) {
      case PLACED -> EnumSet.of(PAID, CANCELLED);
      case PAID -> EnumSet.of(SHIPPED, CANCELLED);
      case SHIPPED -> EnumSet.of(DELIVERED);
      case DELIVERED, CANCELLED -> EnumSet.noneOf(Status.class);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

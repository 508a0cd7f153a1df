package dev.rollcall.orders;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Objects;

/**
 * An order that is stored.
 *
 * @param total in minor units of the currency
 */
record Order(
    long id,
    String customer,
    Currency currency,
    long total,
    List<Item> items,
    Status status,
    Instant createdAt) {

  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  Order {
    Objects.requireNonNull(customer, "customer");
    Objects.requireNonNull(currency, "currency");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(createdAt, "createdAt");
    items = List.copyOf(items);
  }

  Order with(Status now) {
    return new Order(id, customer, currency, total, items, now, createdAt);
  }

  /** Returns what REST answers, the bus answers and subscribers of {@code orders} hear. */
  JsonObject toJson() {
    JsonArray json = new JsonArray();
    items.forEach(item -> json.add(item.toJson()));
    return new JsonObject()
        .put("id", id)
        .put("customer", customer)
        .put("currency", currency.name())
        .put("total", total)
        .put("items", json)
        .put("status", status.toString())
        .put("created_at", MILLIS.format(createdAt));
  }
}

package dev.rollcall.dashboard;

import dev.rollcall.pubsub.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Orders, announcements and answers as tests want them. */
final class Samples {
  static final String MINUTE = "2026-01-01T10:00:00Z";

  private Samples() {}

  static JsonObject order(long id) {
    return new JsonObject()
        .put("id", id)
        .put("customer", "Ana")
        .put("currency", "EUR")
        .put("total", 100)
        .put("status", "placed")
        .put("created_at", "2026-01-01T10:00:07.123Z");
  }

  /** The announcement at a position that the order with that id was created. */
  static Message created(long position) {
    return Message.of("orders", "order_created", position, order(position));
  }

  static Message changed(long position, long id, String from, String status) {
    JsonObject change =
        new JsonObject()
            .put("id", id)
            .put("from", from)
            .put("status", status)
            .put("currency", "EUR")
            .put("total", 100);
    return Message.of("orders", "order_status_changed", position, change);
  }

  /** What orders-service answers after so many announcements of orders created. */
  static JsonObject answer(long position) {
    return new JsonObject()
        .put("position", position)
        .put("orders", position)
        .put("revenue", new JsonObject().put("EUR", 100 * position))
        .put("statuses", new JsonObject().put("placed", position))
        .put(
            "per_minute",
            new JsonArray().add(new JsonObject().put("minute", MINUTE).put("orders", position)))
        .put("baskets", new JsonObject());
  }
}

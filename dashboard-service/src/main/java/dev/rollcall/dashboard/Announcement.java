package dev.rollcall.dashboard;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * What orders-service announced, as far as it changes the stats. Many are kept for a while: an
 * order itself, which may be large, is no part of it.
 */
sealed interface Announcement {
  /** Returns its position among the announcements of orders. */
  long position();

  /**
   * An order was created.
   *
   * @param minute in which it was, counted from 1970
   */
  record Created(long position, String currency, long total, String status, long minute)
      implements Announcement {}

  /** An order has come a step on. */
  record StatusChanged(
      long position, long id, String currency, long total, String from, String status)
      implements Announcement {}

  /** Nothing that this service knows: a later version's. */
  record Other(long position) implements Announcement {}

  /** Reads a message; what is not as it should be is nothing that is known. */
  static Announcement from(long position, String event, JsonObject payload) {
    try {
      return switch (event) {
        case "order_created" -> created(position, payload);
        case "order_status_changed" -> statusChanged(position, payload);
        default -> new Other(position);
      };
    } catch (IllegalArgumentException | DateTimeParseException unreadable) {
      return new Other(position);
    }
  }

  private static Announcement created(long position, JsonObject order) {
    Instant at = Instant.parse(Fields.text(order, "created_at"));
    return new Created(
        position,
        Fields.text(order, "currency"),
        Fields.number(order, "total"),
        Fields.text(order, "status"),
        at.getEpochSecond() / 60);
  }

  private static Announcement statusChanged(long position, JsonObject change) {
    return new StatusChanged(
        position,
        Fields.number(change, "id"),
        Fields.text(change, "currency"),
        Fields.number(change, "total"),
        Fields.text(change, "from"),
        Fields.text(change, "status"));
  }
}

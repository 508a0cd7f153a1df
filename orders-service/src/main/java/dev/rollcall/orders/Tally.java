package dev.rollcall.orders;

import dev.rollcall.pubsub.Message;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * One figure that the stats are made of.
 *
 * @param label a currency or a status, empty where there is one figure for all
 * @param bucket the minute, counted from 1970, or the {@link Baskets#size}; else 0
 */
record Tally(Measure measure, String label, long bucket) {
  /** What is counted or summed up. */
  enum Measure {
    /** Announcements, and so the position of the last of them. */
    ANNOUNCED,
    ORDERS,
    /** Without orders that were cancelled. */
    REVENUE,
    STATUS,
    MINUTE,
    BASKET;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The order in which they are written: all who write them do it in the same. */
  private static final Comparator<Tally> ORDER =
      Comparator.comparing(Tally::measure)
          .thenComparing(Tally::label)
          .thenComparingLong(Tally::bucket);

  /** Returns by how much each figure grows by what was announced. */
  static NavigableMap<Tally, Long> of(List<Message> announced) {
    NavigableMap<Tally, Long> growth = new TreeMap<>(ORDER);
    for (Message message : announced) {
      if (message.topic().equals(Orders.TOPIC)) {
        add(growth, new Tally(Measure.ANNOUNCED, "", 0), 1);
        add(growth, message.event(), message.payload());
      }
    }
    return growth;
  }

  /** Whatever else is announced, as by a later version, changes none of these figures. */
  private static void add(NavigableMap<Tally, Long> growth, String event, JsonObject payload) {
    switch (event) {
      case Orders.CREATED -> created(growth, payload);
      case Orders.STATUS_CHANGED -> statusChanged(growth, payload);
      default -> {}
    }
  }

  private static void created(NavigableMap<Tally, Long> growth, JsonObject order) {
    String currency = order.getString("currency");
    long total = order.getLong("total");
    long minute = Instant.parse(order.getString("created_at")).getEpochSecond() / 60;
    add(growth, new Tally(Measure.STATUS, order.getString("status"), 0), 1);
    add(growth, new Tally(Measure.ORDERS, currency, 0), 1);
    add(growth, new Tally(Measure.REVENUE, currency, 0), total);
    add(growth, new Tally(Measure.MINUTE, "", minute), 1);
    add(growth, new Tally(Measure.BASKET, currency, Baskets.size(total)), 1);
  }

  private static void statusChanged(NavigableMap<Tally, Long> growth, JsonObject change) {
    String status = change.getString("status");
    add(growth, new Tally(Measure.STATUS, change.getString("from"), 0), -1);
    add(growth, new Tally(Measure.STATUS, status, 0), 1);
    if (status.equals(Status.CANCELLED.toString())) {
      add(
          growth,
          new Tally(Measure.REVENUE, change.getString("currency"), 0),
          -change.getLong("total"));
    }
  }

  private static void add(NavigableMap<Tally, Long> growth, Tally tally, long by) {
    growth.merge(tally, by, Long::sum);
  }
}

package dev.rollcall.dashboard;

import dev.rollcall.dashboard.Announcement.Created;
import dev.rollcall.dashboard.Announcement.StatusChanged;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The figures of all orders up to an announcement, which take in those that follow. What they are
 * is orders-service's to say; that both count the same is seen each time that it is asked. How
 * large baskets are is as of the last answer.
 */
final class Stats {
  private static final int MINUTES = 60;

  private long position;
  private long orders;
  private final Map<String, Long> revenue;
  private final Map<String, Long> statuses;
  private final NavigableMap<Long, Long> perMinute;
  private final JsonObject baskets;

  private Stats(
      long position,
      long orders,
      Map<String, Long> revenue,
      Map<String, Long> statuses,
      NavigableMap<Long, Long> perMinute,
      JsonObject baskets) {
    this.position = position;
    this.orders = orders;
    this.revenue = revenue;
    this.statuses = statuses;
    this.perMinute = perMinute;
    this.baskets = baskets;
  }

  static Stats none() {
    return new Stats(0, 0, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new JsonObject());
  }

  /**
   * Reads what orders-service answers.
   *
   * @throws IllegalArgumentException when a figure is missing or no number
   */
  static Stats from(JsonObject answer) {
    NavigableMap<Long, Long> perMinute = new TreeMap<>();
    for (Object each : Fields.array(answer, "per_minute")) {
      if (each instanceof JsonObject minute) {
        Instant at = Instant.parse(Fields.text(minute, "minute"));
        perMinute.put(at.getEpochSecond() / 60, Fields.number(minute, "orders"));
      }
    }
    return new Stats(
        Fields.number(answer, "position"),
        Fields.number(answer, "orders"),
        Fields.numbers(answer, "revenue"),
        Fields.numbers(answer, "statuses"),
        perMinute,
        Fields.object(answer, "baskets"));
  }

  /** Returns the position of the last announcement that is in them. */
  long position() {
    return position;
  }

  /** Takes in the announcement that follows. */
  void add(Announcement next) {
    if (next.position() != position + 1) {
      throw new IllegalArgumentException(next.position() + " does not follow " + position);
    }
    position++;
    if (next instanceof Created created) {
      orders++;
      revenue.merge(created.currency(), created.total(), Stats::sum);
      statuses.merge(created.status(), 1L, Long::sum);
      perMinute.merge(created.minute(), 1L, Long::sum);
    } else if (next instanceof StatusChanged changed) {
      statuses.merge(changed.from(), -1L, Long::sum);
      statuses.merge(changed.status(), 1L, Long::sum);
      if (changed.status().equals("cancelled")) {
        revenue.merge(changed.currency(), -changed.total(), Stats::sum);
      }
    }
  }

  /** Stops at the end of what can be counted, as orders-service does. */
  private static long sum(long one, long other) {
    long sum = one + other;
    boolean beyond = one > 0 && other > 0 && sum < 0;
    return beyond ? Long.MAX_VALUE : sum;
  }

  /** Tells whether both have the same figures, but for what only orders-service knows. */
  boolean agreesWith(Stats other) {
    return position == other.position
        && orders == other.orders
        && revenue.equals(other.revenue)
        && statuses.equals(other.statuses);
  }

  /**
   * Returns what browsers get.
   *
   * @param now says which minutes are of the last hour, and how much of the one before is of the
   *     last 60 seconds: {@code last_minute} takes orders for evenly spread within it
   */
  JsonObject json(Instant now) {
    long minute = now.getEpochSecond() / 60;
    long ofTheOneBefore = 60 - now.getEpochSecond() % 60;
    long lastMinute =
        perMinute.getOrDefault(minute, 0L)
            + Math.round(perMinute.getOrDefault(minute - 1, 0L) * ofTheOneBefore / 60.0);
    return new JsonObject()
        .put("position", position)
        .put("orders", orders)
        .put("revenue", amounts(revenue))
        .put("statuses", amounts(statuses))
        .put("last_minute", lastMinute)
        .put("per_minute", minutes(minute))
        .put("baskets", baskets);
  }

  /** Those of the last hour alone; older ones are forgotten. */
  private JsonArray minutes(long now) {
    perMinute.headMap(now - MINUTES, true).clear();
    JsonArray minutes = new JsonArray();
    perMinute.forEach(
        (minute, count) ->
            minutes.add(
                new JsonObject()
                    .put("minute", Instant.ofEpochSecond(minute * 60).toString())
                    .put("orders", count)));
    return minutes;
  }

  private static JsonObject amounts(Map<String, Long> numbers) {
    JsonObject amounts = new JsonObject();
    numbers.forEach(amounts::put);
    return amounts;
  }
}

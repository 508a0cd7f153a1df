package dev.rollcall.orders;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was sold so far.
 *
 * @param position of the last announcement that is counted
 * @param revenue in minor units, by currency, without cancelled orders and without currencies that
 *     nothing was sold in
 * @param statuses how many orders have come how far
 * @param perMinute how many orders were created in each minute of the last hour, by the minute
 *     counted from 1970, without those in which none were
 * @param baskets how large they are
 */
record Stats(
    long position,
    long orders,
    Map<Currency, Long> revenue,
    Map<Status, Long> statuses,
    Map<Long, Long> perMinute,
    Map<Currency, Baskets> baskets) {

  /** Puts the figures together. */
  static final class Builder {
    private long position;
    private long orders;
    private final Map<Currency, Long> revenue = new EnumMap<>(Currency.class);
    private final Map<Status, Long> statuses = new EnumMap<>(Status.class);
    private final Map<Long, Long> perMinute = new TreeMap<>();
    private final Map<Currency, Baskets> baskets = new EnumMap<>(Currency.class);

    void add(Tally tally, long value) {
      String label = tally.label();
      switch (tally.measure()) {
        case ANNOUNCED -> position = value;
        case ORDERS -> orders += value;
        case REVENUE -> revenue.put(Currency.of(label), value);
        case STATUS -> statuses.put(Status.of(label).orElseThrow(), value);
        case MINUTE -> perMinute.put(tally.bucket(), value);
        case BASKET -> throw new IllegalArgumentException("baskets are counted by themselves");
      }
    }

    void add(Currency currency, Baskets of) {
      baskets.put(currency, of);
    }

    Stats build() {
      return new Stats(position, orders, revenue, statuses, perMinute, baskets);
    }
  }

  JsonObject toJson() {
    JsonObject amounts = new JsonObject();
    revenue.forEach((currency, amount) -> amounts.put(currency.name(), amount));
    JsonObject counts = new JsonObject();
    statuses.forEach((status, count) -> counts.put(status.toString(), count));
    JsonArray minutes = new JsonArray();
    perMinute.forEach(
        (minute, count) ->
            minutes.add(
                new JsonObject()
                    .put("minute", Instant.ofEpochSecond(minute * 60).toString())
                    .put("orders", count)));
    JsonObject sizes = new JsonObject();
    baskets.forEach((currency, basket) -> sizes.put(currency.name(), basket.toJson()));
    return new JsonObject()
        .put("position", position)
        .put("orders", orders)
        .put("revenue", amounts)
        .put("statuses", counts)
        .put("per_minute", minutes)
        .put("baskets", sizes);
  }
}

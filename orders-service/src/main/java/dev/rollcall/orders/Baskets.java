package dev.rollcall.orders;

import io.vertx.core.json.JsonObject;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How large orders are, by the hundreds and not one by one: a total is counted under its seven
 * highest bits, so that 12,345 is among those from 12,288 to 12,415. A quantile is the middle of
 * such a range: within 0.8 % of the true one.
 */
final class Baskets {
  private static final int KEPT_BITS = 7;

  private final NavigableMap<Long, Long> counts = new TreeMap<>();
  private long count;

  /** Returns the least total that is counted together with this one. */
  static long bucket(long total) {
    return total >> droppedBits(total) << droppedBits(total);
  }

  private static int droppedBits(long total) {
    return Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(total) - KEPT_BITS);
  }

  void add(long bucket, long orders) {
    counts.merge(bucket, orders, Long::sum);
    count += orders;
  }

  /**
   * Returns a total that is as high as those of this share of the orders.
   *
   * @param share more than 0, at most 1
   */
  long quantile(double share) {
    long wanted = (long) Math.ceil(share * count);
    long seen = 0;
    for (var each : counts.entrySet()) {
      seen += each.getValue();
      if (seen >= wanted) {
        return each.getKey() + ((1L << droppedBits(each.getKey())) - 1) / 2;
      }
    }
    throw new IllegalStateException("no orders");
  }

  JsonObject toJson() {
    return new JsonObject().put("p50", quantile(0.5)).put("p95", quantile(0.95));
  }
}

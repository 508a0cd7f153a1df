package dev.rollcall.orders;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;

/**
 * How large orders are, by some sizes and not one by one: a total is counted under its seven
 * highest bits, so that 12,345 is among those from 12,288 to 12,415. A quantile is the middle of
 * such a range: within 0.8 % of the true one.
 */
final class Baskets {
  private static final int KEPT_BITS = 7;

  /** The first totals have a size each, and each power of two has half as many after that. */
  private static final int SIZES_OF_A_POWER = 1 << (KEPT_BITS - 1);

  private final long[] counts;

  /**
   * @param counts how many orders have the first size, the second, and so on
   */
  Baskets(long[] counts) {
    this.counts = counts.clone();
  }

  /** Returns the size that a total has: 0 for the least, up to some thousands. */
  static int size(long total) {
    int dropped = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(total) - KEPT_BITS);
    return dropped * SIZES_OF_A_POWER + (int) (total >> dropped);
  }

  /** Returns the total in the middle of those that have this size. */
  private static long middle(int size) {
    int dropped = Math.max(0, size / SIZES_OF_A_POWER - 1);
    long least = (long) (size - dropped * SIZES_OF_A_POWER) << dropped;
    return least + ((1L << dropped) - 1) / 2;
  }

  /**
   * Returns a total that is as high as those of this share of the orders.
   *
   * @param share more than 0, at most 1
   */
  long quantile(double share) {
    long wanted = (long) Math.ceil(share * Arrays.stream(counts).sum());
    long seen = 0;
    for (int size = 0; size < counts.length; size++) {
      seen += counts[size];
      if (seen >= wanted && seen > 0) {
        return middle(size);
      }
    }
    throw new IllegalStateException("no orders");
  }

  JsonObject toJson() {
    return new JsonObject().put("p50", quantile(0.5)).put("p95", quantile(0.95));
  }
}

package dev.rollcall.system.bench;

/**
 * Counts durations in buckets that are linear within each power of two: the error is below 1 % of
 * the value, whatever the value.
 */
public final class Histogram {
  private static final int BITS = 7;
  private static final int LINEAR = 1 << BITS;

  private final long[] counts = new long[(Long.SIZE - BITS) * LINEAR];
  private long total;
  private long max;

  /** Takes a value; a negative one, of clocks that disagree, counts as 0. */
  public void add(long value) {
    long atLeastZero = Math.max(0, value);
    counts[bucket(atLeastZero)]++;
    total++;
    max = Math.max(max, atLeastZero);
  }

  public long total() {
    return total;
  }

  public long max() {
    return max;
  }

  /**
   * Returns the largest value of the bucket in which so many of all values have been counted; 0
   * where there are none.
   *
   * @param share such as 0.99
   */
  public long quantile(double share) {
    long wanted = Math.max(1, (long) Math.ceil(share * total));
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= wanted) {
        return Math.min(max, last(bucket));
      }
    }
    return max;
  }

  private static int bucket(long value) {
    if (value < LINEAR) {
      return (int) value;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - BITS;
    return (shift + 1) * LINEAR + (int) (value >>> shift) - LINEAR;
  }

  private static long last(int bucket) {
    if (bucket < LINEAR) {
      return bucket;
    }
    int shift = bucket / LINEAR - 1;
    long first = (long) (bucket % LINEAR + LINEAR) << shift;
    return first + (1L << shift) - 1;
  }
}

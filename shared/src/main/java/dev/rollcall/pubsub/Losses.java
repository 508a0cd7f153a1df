package dev.rollcall.pubsub;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Has the topics with a history checked when something was lost between nodes: which topic it was
 * of, nobody knows. Safe for concurrent use.
 */
final class Losses {
  /** So many histories are asked in a second, so that a loss is no storm. */
  private static final int ASKED_A_SECOND = 2_000;

  /** At least: a node that is back has more to do at once. */
  private static final long MIN_WITHIN_MILLIS = 500;

  private final Set<TailCheck> checks = ConcurrentHashMap.newKeySet();
  private final LongAdder messages = new LongAdder();

  void add(TailCheck check) {
    checks.add(check);
  }

  void remove(TailCheck check) {
    checks.remove(check);
  }

  /**
   * Something was lost, or may have been.
   *
   * @param count how many messages are known to be; 0 where that is unknown
   */
  void lost(long count) {
    messages.add(count);
    long withinMillis = Math.max(MIN_WITHIN_MILLIS, checks.size() * 1_000L / ASKED_A_SECOND);
    checks.forEach(check -> check.lost(withinMillis));
  }

  long messages() {
    return messages.sum();
  }
}

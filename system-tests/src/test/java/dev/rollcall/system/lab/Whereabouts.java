package dev.rollcall.system.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** At which pod somebody was registered, and from when to when. Safe for concurrent use. */
final class Whereabouts {
  /** A stay that has not ended does so at the end of time. */
  record Stay(Pod pod, long fromNanos, long toNanos) {
    boolean covers(long nanos) {
      return fromNanos - nanos <= 0 && nanos - toNanos < 0;
    }
  }

  /** Far enough, and no overflow in differences. */
  private static final long FAR_NANOS = Long.MAX_VALUE / 4;

  private final LongSupplier clock;
  private final List<Stay> stays = new ArrayList<>();

  /**
   * @param clock in nanoseconds
   */
  Whereabouts(LongSupplier clock) {
    this.clock = clock;
  }

  synchronized void arrived(Pod pod) {
    left();
    long now = clock.getAsLong();
    stays.add(new Stay(pod, now, now + FAR_NANOS));
  }

  synchronized void left() {
    if (stays.isEmpty()) {
      return;
    }
    int last = stays.size() - 1;
    Stay stay = stays.get(last);
    long now = clock.getAsLong();
    if (stay.covers(now)) {
      stays.set(last, new Stay(stay.pod(), stay.fromNanos(), now));
    }
  }

  synchronized Optional<Pod> now() {
    return at(clock.getAsLong()).map(Stay::pod);
  }

  synchronized Optional<Stay> at(long nanos) {
    return stays.stream().filter(stay -> stay.covers(nanos)).findFirst();
  }

  /** Returns the last one that had ended by then. */
  synchronized Optional<Stay> before(long nanos) {
    return stays.stream()
        .filter(stay -> stay.toNanos() - nanos <= 0)
        .reduce((earlier, later) -> later);
  }

  /** Returns the first one that began after it. */
  synchronized Optional<Stay> after(long nanos) {
    return stays.stream().filter(stay -> stay.fromNanos() - nanos > 0).findFirst();
  }

  /** Returns the longest time between two stays of which the second began since then. */
  synchronized double longestAwaySeconds(long sinceNanos) {
    double longest = 0;
    for (int i = 1; i < stays.size(); i++) {
      if (stays.get(i).fromNanos() - sinceNanos > 0) {
        double away = (stays.get(i).fromNanos() - stays.get(i - 1).toNanos()) / 1e9;
        longest = Math.max(longest, away);
      }
    }
    return longest;
  }
}

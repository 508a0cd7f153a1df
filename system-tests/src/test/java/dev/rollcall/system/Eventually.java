package dev.rollcall.system;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what nobody tells of. */
public final class Eventually {
  private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private Eventually() {}

  /** Something that holds or does not. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  /** Returns as soon as it holds, or whether it does when the time is over. */
  public static boolean holds(Duration within, Condition condition) throws Exception {
    long deadlineNanos = System.nanoTime() + within.toNanos();
    while (System.nanoTime() < deadlineNanos) {
      if (condition.holds()) {
        return true;
      }
      LockSupport.parkNanos(BETWEEN_NANOS);
    }
    return condition.holds();
  }

  /** As {@link #holds}, and fails when it does not. */
  public static void await(String what, Duration within, Condition condition) throws Exception {
    if (!holds(within, condition)) {
      throw new AssertionError("not within " + within.toSeconds() + " s: " + what);
    }
  }

  /** Lets time pass while others work. */
  public static void pass(Duration time) throws Exception {
    holds(time, () -> false);
  }
}

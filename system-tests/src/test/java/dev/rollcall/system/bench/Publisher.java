package dev.rollcall.system.bench;

/**
 * Which message one publisher may send next. It has no more under way than its window holds; what
 * seems lost is given up after a while, so that a loss is counted and does not end the run.
 */
final class Publisher {
  private static final int MAX_WINDOW = 64;
  private static final long GIVEN_UP_NANOS = 10_000_000_000L;

  private final int window;
  private final int receiptsWanted;
  private final int[] receipts = new int[MAX_WINDOW];
  private int sent;
  private int underWay;
  private int givenUpTo;
  private int stalls;
  private long lastNanos;

  /**
   * Has sent nothing.
   *
   * @param receiptsWanted how many say that a message is back
   */
  Publisher(int window, int receiptsWanted) {
    if (window < 1 || window > MAX_WINDOW) {
      throw new IllegalArgumentException("a window is 1 to " + MAX_WINDOW + ", not " + window);
    }
    this.window = window;
    this.receiptsWanted = receiptsWanted;
  }

  boolean maySend() {
    return underWay < window;
  }

  /** Returns the number of the message that is sent now. */
  int next(long nowNanos) {
    sent++;
    underWay++;
    receipts[sent % MAX_WINDOW] = 0;
    lastNanos = nowNanos;
    return sent;
  }

  /** Takes a receipt; those of messages that were given up count no more. */
  void received(int number) {
    if (number > givenUpTo && ++receipts[number % MAX_WINDOW] == receiptsWanted) {
      underWay--;
    }
  }

  void giveUpLost(long nowNanos) {
    if (!maySend() && nowNanos - lastNanos > GIVEN_UP_NANOS) {
      stalls++;
      underWay = 0;
      givenUpTo = sent;
    }
  }

  int sent() {
    return sent;
  }

  /** Returns how often it waited for what did not come. */
  int stalls() {
    return stalls;
  }
}

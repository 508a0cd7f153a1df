package dev.rollcall.replica;

/**
 * When a topic's next diff may go out. After a quiet time a change goes out at once. What comes
 * soon after waits for the end of the window and is one diff. The window is wider where a diff
 * costs more, since a large topic has many who are told, and doubles as long as each diff carries
 * several changes: a thousand who join within three seconds are told of by some fifteen diffs, and
 * one who joins a quiet room of ten is seen without delay.
 */
final class Window {
  /** A diff with so many changes is a sign of more to come. */
  private static final int BUSY_CHANGES = 4;

  /** So many presences widen the window by a millisecond. */
  private static final int SIZE_A_MILLI = 50;

  /**
   * The bounds between which windows adapt.
   *
   * @param maxMillis what nobody waits longer than
   */
  record Bounds(long minMillis, long maxMillis) {}

  private final Bounds bounds;
  private long widthMillis;
  private long dueMillis = Long.MIN_VALUE;

  Window(Bounds bounds) {
    this.bounds = bounds;
    this.widthMillis = bounds.minMillis();
  }

  boolean isDue(long nowMillis) {
    return nowMillis >= dueMillis;
  }

  /** A diff goes out: the next one is due a window later. */
  void next(int changes, int size, long nowMillis) {
    boolean quiet = dueMillis == Long.MIN_VALUE || nowMillis - dueMillis > widthMillis;
    long width = widthMillis;
    if (changes >= BUSY_CHANGES) {
      width = Math.max(1, widthMillis) * 2;
    } else if (changes <= 1 || quiet) {
      width = widthMillis / 2;
    }
    long floor = Math.max(bounds.minMillis(), size / SIZE_A_MILLI);
    widthMillis = Math.min(bounds.maxMillis(), Math.max(floor, width));
    dueMillis = nowMillis + widthMillis;
  }
}

package dev.rollcall.replica;

/** Since when nothing has happened to a process, or to the whole world. */
final class Unrest {
  /** After the last disturbance everything must be right within so long. */
  static final long SETTLE_MILLIS = 15_000;

  private boolean lasts;
  private long lastMillis = Long.MIN_VALUE / 2;

  /** Something goes wrong from now on. */
  void begin() {
    lasts = true;
  }

  void end(long nowMillis) {
    if (lasts) {
      lasts = false;
      lastMillis = nowMillis;
    }
  }

  /** Something went wrong just now. */
  void strike(long nowMillis) {
    lastMillis = nowMillis;
  }

  boolean isOver(long nowMillis) {
    return !lasts && nowMillis - lastMillis >= SETTLE_MILLIS;
  }
}

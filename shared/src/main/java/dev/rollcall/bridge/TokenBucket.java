package dev.rollcall.bridge;

/** Lets a burst through, then a steady rate. Time comes in with each call. */
final class TokenBucket {
  private final float burst;
  private final float perMilli;
  private float tokens;
  private long lastMillis;

  TokenBucket(int burst, int perSecond, long nowMillis) {
    this.burst = burst;
    this.perMilli = perSecond / 1_000f;
    this.tokens = burst;
    this.lastMillis = nowMillis;
  }

  boolean take(long nowMillis) {
    tokens = Math.min(burst, tokens + (nowMillis - lastMillis) * perMilli);
    lastMillis = nowMillis;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}

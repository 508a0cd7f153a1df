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

  /** Takes so many, or as many as there may be when that is less. */
  boolean take(int count, long nowMillis) {
    float cost = Math.min(count, burst);
    tokens = Math.min(burst, tokens + (nowMillis - lastMillis) * perMilli);
    lastMillis = nowMillis;
    if (tokens < cost) {
      return false;
    }
    tokens -= cost;
    return true;
  }
}

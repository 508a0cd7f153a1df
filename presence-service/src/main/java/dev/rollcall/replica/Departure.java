package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage.Goodbye;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A goodbye that was taken: its sessions that linger do so for as long as it gave them. */
final class Departure {
  private final Goodbye word;
  private final Map<Long, Long> untilMillis = new HashMap<>();

  Departure(Goodbye word, long nowMillis) {
    this.word = word;
    word.lingering().forEach((clock, leftMillis) -> untilMillis.put(clock, nowMillis + leftMillis));
  }

  /** Returns the clocks of those that linger still. */
  Set<Long> lingering(long nowMillis) {
    untilMillis.values().removeIf(until -> nowMillis >= until);
    return untilMillis.keySet();
  }

  /** Returns what remains of the goodbye, for a replica that missed it. */
  Goodbye goodbye(long nowMillis) {
    Map<Long, Long> left = new HashMap<>();
    untilMillis.forEach((clock, until) -> left.put(clock, Math.max(0, until - nowMillis)));
    return new Goodbye(word.node(), word.clock(), left);
  }
}

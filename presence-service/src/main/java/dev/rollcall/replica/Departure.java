package dev.rollcall.replica;

import dev.rollcall.presence.Part;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A node's goodbye, part by part: what lingers does so for as long as the node gave it. */
final class Departure {
  private record Heard(Goodbye part, long atMillis) {}

  private final long clock;
  private final int parts;
  private final Map<Integer, Heard> heard = new HashMap<>();

  /** Returns the goodbye of which this is a part, without it. */
  Departure(Goodbye part) {
    this.clock = part.clock();
    this.parts = part.parts();
  }

  /** Tells whether that is a part of it. Of one whose time is over there is but one part. */
  boolean isOf(Goodbye part) {
    return part.clock() == clock && part.parts() == parts;
  }

  /** Takes a part; what it says counts, whatever it said before. */
  void add(Goodbye part, long nowMillis) {
    heard.put(part.index(), new Heard(part, nowMillis));
  }

  long clock() {
    return clock;
  }

  /** Tells whether it is whole, and nothing is missing of what lingers. */
  boolean isComplete(Part part, long nowMillis) {
    return heard.size() == parts
        && (part.clock() >= clock
            || lingering(nowMillis).stream().allMatch(named -> part.get(named) != null));
  }

  /** Returns the clocks of those that linger still. */
  Set<Long> lingering(long nowMillis) {
    Set<Long> lingering = new HashSet<>();
    for (Heard one : heard.values()) {
      long passed = nowMillis - one.atMillis();
      one.part()
          .lingering()
          .forEach(
              (named, millis) -> {
                if (millis > passed) {
                  lingering.add(named);
                }
              });
    }
    return lingering;
  }

  /** Returns what remains of the goodbye, for a replica that missed it. */
  List<Goodbye> goodbye(long nowMillis) {
    List<Goodbye> left = new ArrayList<>();
    heard.values().forEach(one -> left.add(one.part().after(nowMillis - one.atMillis())));
    return left;
  }
}

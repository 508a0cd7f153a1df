package dev.rollcall.replica;

import dev.rollcall.presence.Position;
import dev.rollcall.presence.Standing;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the owners said of their lists, position by position: each has one digest, for everybody.
 */
final class Positions {
  /** Long after the last diff of a position nobody stands there any more. */
  private static final int MAX_POSITIONS = 4_000;

  private record At(String topic, Position position) {}

  private final Map<At, Long> digests = new LinkedHashMap<>();

  /** An owner says in a diff, or in a state, what its list comes to at that position. */
  void said(String topic, Position position, long digest) {
    Long before = digests.putIfAbsent(new At(topic, position), digest);
    if (before != null && before != digest) {
      throw new Violation("DiffsFoldToList", topic + " at " + position + " is two lists");
    }
    if (digests.size() > MAX_POSITIONS) {
      digests.remove(digests.keySet().iterator().next());
    }
  }

  /** A node that believes its list to be right has the one of its position. */
  void check(String observer, String topic, Standing standing) {
    Long said = digests.get(new At(topic, standing.position()));
    if (said != null && said != standing.digest()) {
      throw new Violation(
          "DiffsFoldToList", observer + " has another " + topic + " at " + standing.position());
    }
  }
}

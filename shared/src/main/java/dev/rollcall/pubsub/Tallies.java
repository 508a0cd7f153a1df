package dev.rollcall.pubsub;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Knows whether anything of what the other nodes broadcast was lost on the way here. Not safe for
 * concurrent use.
 */
final class Tallies {
  private final Map<NodeId, Tally> byNode = new HashMap<>();
  private boolean maybe;
  private long lost;

  /** Takes what a node's beacon counts. One that is new here may have said something before. */
  void beacon(NodeId node, long said) {
    Tally tally = byNode.get(node);
    if (tally != null) {
      lost += tally.beacon(said);
    } else {
      byNode.put(node, new Tally(said));
      maybe |= said > 0;
    }
  }

  /** Takes the number of a broadcast. */
  void heard(NodeId node, long number) {
    Tally tally = byNode.get(node);
    if (tally != null) {
      lost += tally.heard(number);
    }
  }

  /** Forgets those who are not heard any more. The last that they said may not have come here. */
  void retain(Set<NodeId> peers) {
    maybe |= byNode.keySet().retainAll(peers);
  }

  /**
   * Returns how many broadcasts were lost since this was asked before: 0 where some may have been,
   * and nothing where none was.
   */
  OptionalLong take() {
    OptionalLong taken = maybe || lost > 0 ? OptionalLong.of(lost) : OptionalLong.empty();
    maybe = false;
    lost = 0;
    return taken;
  }
}

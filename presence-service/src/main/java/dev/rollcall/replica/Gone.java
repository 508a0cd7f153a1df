package dev.rollcall.replica;

import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The nodes that are gone, which are remembered for long: one that said goodbye stays gone, one
 * that was forgotten without is heard again only by a beat beyond those that it had sent.
 */
final class Gone {
  /** How long a goodbye is told to others: longer than any message can be late. */
  private static final long TELL_MILLIS = 60_000;

  /** Longer than a replica can sleep and be let in again. */
  private static final long REMEMBER_MILLIS = 86_400_000;

  /** Beyond so many the longest gone is not remembered any more. */
  private static final int MAX_NODES = 20_000;

  /** How one went: the clock of its goodbye, or 0 and the last beat that was heard. */
  private record End(long clock, long beat, long atMillis) {}

  private final Map<NodeId, End> ends = new LinkedHashMap<>();

  void saidGoodbye(NodeId node, long clock, long nowMillis) {
    add(node, new End(clock, Long.MAX_VALUE, nowMillis));
  }

  void wasForgotten(NodeId node, long beat, long nowMillis) {
    add(node, new End(0, beat, nowMillis));
  }

  boolean contains(NodeId node) {
    return ends.containsKey(node);
  }

  /** Returns the clock of the node's goodbye, 0 when it said none. */
  long goodbyeClock(NodeId node) {
    End end = ends.get(node);
    return end == null ? 0 : end.clock();
  }

  /** Tells whether the node is gone for all that the beat says; if not, it is gone no more. */
  boolean outlasts(NodeId node, long beat) {
    End end = ends.get(node);
    if (end != null && beat <= end.beat()) {
      return true;
    }
    ends.remove(node);
    return false;
  }

  /** Returns those that went lately, with the clocks of their goodbyes, or 0. */
  Map<NodeId, Long> lately(long nowMillis) {
    Map<NodeId, Long> clocks = new HashMap<>();
    ends.forEach(
        (node, end) -> {
          if (nowMillis - end.atMillis() < TELL_MILLIS) {
            clocks.put(node, end.clock());
          }
        });
    return clocks;
  }

  void tick(long nowMillis) {
    ends.values().removeIf(end -> nowMillis - end.atMillis() >= REMEMBER_MILLIS);
  }

  private void add(NodeId node, End end) {
    ends.put(node, end);
    if (ends.size() > MAX_NODES) {
      Iterator<NodeId> oldest = ends.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }
}

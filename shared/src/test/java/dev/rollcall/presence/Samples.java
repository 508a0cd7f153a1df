package dev.rollcall.presence;

import dev.rollcall.pubsub.NodeId;
import java.util.List;

/** Presences, and what happens to them, in the fewest words that a test can do with. */
final class Samples {
  static final NodeId N1 = new NodeId("n1");
  static final NodeId N2 = new NodeId("n2");

  private Samples() {}

  static Ref ref(NodeId node, long clock) {
    return new Ref(node, clock);
  }

  static Entry entry(NodeId node, long clock, String key) {
    return new Entry(ref(node, clock), null, "lobby", key, "{}");
  }

  static Operation add(NodeId node, long clock, String key) {
    return new Operation(clock, entry(node, clock, key), 0, null);
  }

  static Operation remove(long clock, long removed, Reason reason) {
    return new Operation(clock, null, removed, reason);
  }

  /** An update: what is added takes the place of what is removed. */
  static Operation replace(NodeId node, long clock, long removed, String key) {
    Entry added = entry(node, clock, key).after(ref(node, removed));
    return new Operation(clock, added, removed, Reason.REPLACED);
  }

  static PresenceMessage.Delta delta(NodeId node, Operation... operations) {
    return new PresenceMessage.Delta(node, operations[0].clock() - 1, List.of(operations));
  }
}

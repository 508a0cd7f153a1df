package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Ref;
import dev.rollcall.pubsub.NodeId;
import java.util.Set;
import java.util.stream.IntStream;

/** Nodes, entries and operations that tests speak of. */
final class Samples {
  static final NodeId R1 = new NodeId("r1");
  static final NodeId R2 = new NodeId("r2");
  static final NodeId N1 = new NodeId("n1");
  static final NodeId N2 = new NodeId("n2");

  /** Falls to the first of the two replicas. */
  static final String LOBBY = topicOf(R1);

  /** Falls to the second. */
  static final String THEIRS = topicOf(R2);

  private Samples() {}

  static Ref ref(NodeId node, long clock) {
    return new Ref(node, clock);
  }

  /** Returns Ana's entry on the lobby. */
  static Entry ana(NodeId node, long clock) {
    return entry(node, clock, LOBBY, "ana");
  }

  static Entry entry(NodeId node, long clock, String topic, String key) {
    return new Entry(ref(node, clock), null, topic, key, "{}");
  }

  static Operation add(Entry entry) {
    return new Operation(entry.ref().clock(), entry, 0, null);
  }

  static Operation remove(long clock, long named) {
    return new Operation(clock, null, named, Reason.CLOSED);
  }

  static Operation update(Entry entry) {
    long named = entry.previous().clock();
    return new Operation(entry.ref().clock(), entry, named, Reason.REPLACED);
  }

  private static String topicOf(NodeId owner) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "room:" + i)
        .filter(
            topic ->
                Ownership.owner(Ownership.partition(topic), Set.of(R1, R2))
                    .filter(owner::equals)
                    .isPresent())
        .findFirst()
        .orElseThrow();
  }
}

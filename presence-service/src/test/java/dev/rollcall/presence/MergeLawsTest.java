package dev.rollcall.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Merging two states is associative, commutative and idempotent, and a delta is worth the snapshot.
 * The states are those of replicas that have heard three nodes up to different clocks; each seed is
 * another history.
 */
class MergeLawsTest {
  private static final int SEEDS = 300;
  private static final List<NodeId> NODES =
      List.of(new NodeId("n1"), new NodeId("n2"), new NodeId("n3"));

  /** All that three nodes ever did. */
  private static final class History {
    private final Map<NodeId, List<Operation>> operations = new TreeMap<>();

    History(Random random) {
      NODES.forEach(node -> operations.put(node, live(node, random)));
    }

    private static List<Operation> live(NodeId node, Random random) {
      List<Operation> done = new ArrayList<>();
      List<Long> present = new ArrayList<>();
      for (long clock = 1; clock <= 30; clock++) {
        boolean removes = !present.isEmpty() && random.nextInt(3) > 0;
        boolean adds = !removes || random.nextBoolean();
        long removed = removes ? present.remove(random.nextInt(present.size())) : 0;
        Entry added = adds ? Crowd.entry(node, clock, "room", random.nextInt(4)) : null;
        if (adds) {
          present.add(clock);
        }
        done.add(new Operation(clock, added, removed, removes ? Reason.CLOSED : null));
      }
      return done;
    }

    /** Returns one that has heard each node up to some clock, by deltas. */
    Map<NodeId, Part> heard(Random random) {
      Map<NodeId, Part> state = new TreeMap<>();
      operations.forEach((node, done) -> state.put(node, upTo(node, random.nextInt(31))));
      return state;
    }

    Part upTo(NodeId node, int clock) {
      Part part = new Part(node, 100, Part.Changes.NONE);
      if (clock > 0) {
        part.apply(new Delta(node, 0, operations.get(node).subList(0, clock)));
      }
      return part;
    }

    Delta delta(NodeId node, int from, int to) {
      return new Delta(node, from, operations.get(node).subList(from, to));
    }
  }

  @Test
  void mergingIsCommutativeAssociativeAndIdempotent() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      History history = new History(random);
      Map<NodeId, Part> a = history.heard(random);
      Map<NodeId, Part> b = history.heard(random);
      Map<NodeId, Part> c = history.heard(random);
      assertThat(seen(merge(a, b))).as("seed %d", seed).isEqualTo(seen(merge(b, a)));
      assertThat(seen(merge(merge(a, b), c))).isEqualTo(seen(merge(a, merge(b, c))));
      assertThat(seen(merge(a, a))).isEqualTo(seen(a));
      assertThat(seen(merge(merge(a, b), b))).isEqualTo(seen(merge(a, b)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 15})
  void aDeltaIsWorthTheSnapshot(int from) {
    for (int seed = 0; seed < SEEDS; seed++) {
      History history = new History(new Random(seed));
      for (NodeId node : NODES) {
        Part byDelta = history.upTo(node, from);
        assertThat(byDelta.apply(history.delta(node, from, 30))).isTrue();
        Part bySnapshot = history.upTo(node, from);
        Part whole = history.upTo(node, 30);
        bySnapshot.apply(whole.clock(), List.copyOf(whole.entries()));
        assertThat(seen(byDelta)).as("seed %d", seed).isEqualTo(seen(bySnapshot));
        assertThat(seen(byDelta)).isEqualTo(seen(whole));
      }
    }
  }

  /** As replicas do: whoever is behind on a node takes the other's part of it. */
  private static Map<NodeId, Part> merge(Map<NodeId, Part> one, Map<NodeId, Part> other) {
    Map<NodeId, Part> merged = new TreeMap<>();
    for (NodeId node : NODES) {
      Part part = new Part(node, 100, Part.Changes.NONE);
      part.apply(one.get(node).clock(), List.copyOf(one.get(node).entries()));
      part.apply(other.get(node).clock(), List.copyOf(other.get(node).entries()));
      merged.put(node, part);
    }
    return merged;
  }

  private static Map<NodeId, String> seen(Map<NodeId, Part> state) {
    Map<NodeId, String> seen = new TreeMap<>();
    state.forEach((node, part) -> seen.put(node, seen(part)));
    return seen;
  }

  private static String seen(Part part) {
    Set<Entry> entries = new HashSet<>(part.entries());
    return part.clock() + " " + entries.stream().map(Entry::toString).sorted().toList();
  }
}

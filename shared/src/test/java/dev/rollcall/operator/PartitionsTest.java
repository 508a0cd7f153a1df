package dev.rollcall.operator;

import static dev.rollcall.operator.Samples.A;
import static dev.rollcall.operator.Samples.B;
import static dev.rollcall.operator.Samples.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Ownership;
import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PartitionsTest {
  private static final long HIDDEN = ReplicaState.HIDDEN;
  private static final Map<NodeId, List<Long>> CLOCKS = Map.of(A, List.of(5L, 1L, 2L, 0L));

  @Test
  void replicasThatSeeTheSameAreEqual() {
    assertThat(letters(replica(CLOCKS, Map.of()), replica(CLOCKS, Map.of())))
        .isEqualTo("=".repeat(Ownership.PARTITIONS));
  }

  @Test
  void thoseThatHaveNotComeEquallyFarAreInMotion() {
    String letters =
        letters(
            replica(CLOCKS, Map.of(4, 1L)),
            replica(Map.of(A, List.of(6L, 1L, 2L, 0L)), Map.of(4, 2L)));
    assertThat(letters.charAt(4)).isEqualTo('~');
    assertThat(letters.replace("=", "")).isEqualTo("~");
  }

  @Test
  void thoseThatHaveAndDifferAllTheSameAreAtFault() {
    assertThat(letters(replica(CLOCKS, Map.of(4, 1L)), replica(CLOCKS, Map.of())).charAt(4))
        .isEqualTo('!');
  }

  /** Partition 5 is of shard 1: how far they have come in shard 0 says nothing about it. */
  @Test
  void theClocksOfOtherShardsDoNotExcuseThem() {
    String letters =
        letters(
            replica(CLOCKS, Map.of(5, 1L)), replica(Map.of(A, List.of(6L, 1L, 2L, 0L)), Map.of()));
    assertThat(letters.charAt(5)).isEqualTo('!');
  }

  @Test
  void oneThatHidesANodeSeesSomethingElse() {
    Map<NodeId, List<Long>> hidden = Map.of(A, List.of(HIDDEN, HIDDEN, HIDDEN, HIDDEN));
    assertThat(letters(replica(CLOCKS, Map.of(4, 1L)), replica(hidden, Map.of())).charAt(4))
        .isEqualTo('~');
  }

  @Test
  void aNodeThatHasDoneNothingMakesNoDifference() {
    Map<NodeId, List<Long>> more = new HashMap<>(CLOCKS);
    more.put(B, List.of(0L, 0L, HIDDEN, 0L));
    assertThat(letters(replica(CLOCKS, Map.of(6, 1L)), replica(more, Map.of())).charAt(6))
        .isEqualTo('!');
  }

  @Test
  void oneThatIsNotReadyIsNotCompared() {
    ReplicaState state = replica(CLOCKS, Map.of(4, 1L));
    ReplicaState catchesUp = new ReplicaState(false, 0, Map.of(), Map.of(), state.digests());
    assertThat(letters(replica(CLOCKS, Map.of()), replica(CLOCKS, Map.of()), catchesUp))
        .doesNotContain("!", "~");
    assertThat(letters(replica(CLOCKS, Map.of()), catchesUp))
        .isEqualTo(".".repeat(Ownership.PARTITIONS));
  }

  private static String letters(ReplicaState... states) {
    // As they travel.
    return new Partitions(
            Stream.of(states)
                .map(state -> ReplicaReport.from(ReplicaReport.of(state).toJson()))
                .toList())
        .toString();
  }
}

package dev.rollcall.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.NodeId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OwnershipTest {
  private static final NodeId R1 = new NodeId("presence-7c4f-1");
  private static final NodeId R2 = new NodeId("presence-7c4f-2");
  private static final NodeId R3 = new NodeId("presence-7c4f-3");

  @Test
  void withoutReplicasNobodyOwns() {
    assertThat(Ownership.owner(0, Set.of())).isEmpty();
  }

  @Test
  void aSingleReplicaOwnsEverything() {
    assertThat(partitions()).allSatisfy(p -> assertThat(owner(p, R1)).isEqualTo(R1));
  }

  @Test
  void theOrderInWhichReplicasAreNamedDoesNotMatter() {
    assertThat(partitions())
        .allSatisfy(p -> assertThat(owner(p, R1, R2, R3)).isEqualTo(owner(p, R3, R1, R2)));
  }

  @Test
  void oneThatComesOrGoesMovesOnlyItsOwnShare() {
    assertThat(partitions())
        .allSatisfy(
            partition -> {
              NodeId owner = owner(partition, R1, R2, R3);
              assertThat(owner(partition, R1, R2))
                  .isIn(owner.equals(R3) ? Set.of(R1, R2) : Set.of(owner));
            });
  }

  @Test
  void eachReplicaHasItsShare() {
    Map<NodeId, Integer> shares = new HashMap<>();
    partitions().forEach(p -> shares.merge(owner(p, R1, R2, R3), 1, Integer::sum));
    assertThat(shares).containsOnlyKeys(R1, R2, R3);
    assertThat(shares.values()).allMatch(share -> share >= Ownership.PARTITIONS / 8);
  }

  @Test
  void topicsSpreadEvenlyOverPartitionsAndShards() {
    int[] partitions = new int[Ownership.PARTITIONS];
    int[] shards = new int[Ownership.SHARDS];
    for (int room = 0; room < 64_000; room++) {
      partitions[Ownership.partition("room:" + room)]++;
      shards[Ownership.shard("room:" + room)]++;
    }
    assertThat(Arrays.stream(partitions)).allMatch(topics -> topics > 800 && topics < 1_200);
    assertThat(Arrays.stream(shards)).allMatch(topics -> topics > 15_000 && topics < 17_000);
  }

  @Test
  void allTopicsOfAPartitionAreInOneShard() {
    Map<Integer, Set<Integer>> shards = new HashMap<>();
    for (int room = 0; room < 2_000; room++) {
      String topic = "room:" + room;
      shards
          .computeIfAbsent(Ownership.partition(topic), p -> new HashSet<>())
          .add(Ownership.shard(topic));
    }
    assertThat(shards).hasSize(Ownership.PARTITIONS);
    assertThat(shards.values()).allMatch(of -> of.size() == 1);
  }

  /** Nodes of several versions work in one cluster: what this gives is never to change. */
  @Test
  void isTheSameInAllVersions() {
    assertThat(List.of("room:lobby", "orders", "", "ümläut"))
        .extracting(Ownership::partition)
        .containsExactly(27, 41, 27, 52);
    assertThat(partitions().stream().limit(8).map(p -> owner(p, R1, R2, R3)))
        .containsExactly(R2, R1, R3, R3, R2, R1, R2, R1);
  }

  private static List<Integer> partitions() {
    return IntStream.range(0, Ownership.PARTITIONS).boxed().toList();
  }

  private static NodeId owner(int partition, NodeId... ready) {
    return Ownership.owner(partition, List.of(ready)).orElseThrow();
  }
}

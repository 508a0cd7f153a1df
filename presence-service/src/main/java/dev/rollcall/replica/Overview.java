package dev.rollcall.replica;

import dev.rollcall.operator.ReplicaState;
import dev.rollcall.presence.Ownership;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an operator is shown of a replica, over all its shards. A shard's digests and how far it has
 * come are read in one turn, so that they belong together.
 */
final class Overview {
  /** One shard at one moment. */
  private record Held(
      int presences, Map<String, Integer> topics, Map<NodeId, Long> clocks, List<Long> digests) {}

  private Overview() {}

  static Future<ReplicaState> of(List<ReplicaLoop> shards) {
    List<Future<Held>> read = shards.stream().map(shard -> shard.read(Overview::held)).toList();
    return Future.all(read).map(all -> state(isReady(shards), all.list()));
  }

  private static boolean isReady(List<ReplicaLoop> shards) {
    return shards.stream().allMatch(ReplicaLoop::isReady);
  }

  private static Held held(Replica replica) {
    return new Held(
        replica.counts().presences(),
        replica.sizes(),
        replica.progress(ReplicaState.HIDDEN),
        Arrays.stream(replica.digests()).boxed().toList());
  }

  private static ReplicaState state(boolean ready, List<Held> shards) {
    Map<String, Integer> topics = new HashMap<>();
    Map<NodeId, List<Long>> clocks = new HashMap<>();
    List<Long> digests = new ArrayList<>(Collections.nCopies(Ownership.PARTITIONS, 0L));
    for (int shard = 0; shard < shards.size(); shard++) {
      Held held = shards.get(shard);
      topics.putAll(held.topics());
      int number = shard;
      held.clocks().forEach((node, clock) -> byShard(clocks, node).set(number, clock));
      for (int p = shard; p < Ownership.PARTITIONS; p += Ownership.SHARDS) {
        digests.set(p, held.digests().get(p));
      }
    }
    int presences = shards.stream().mapToInt(Held::presences).sum();
    return new ReplicaState(ready, presences, topics, clocks, digests);
  }

  private static List<Long> byShard(Map<NodeId, List<Long>> clocks, NodeId node) {
    return clocks.computeIfAbsent(
        node,
        unseen -> new ArrayList<>(Collections.nCopies(Ownership.SHARDS, ReplicaState.HIDDEN)));
  }
}

package dev.rollcall.operator;

import dev.rollcall.presence.Ownership;
import dev.rollcall.pubsub.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the replicas that are ready see the same, partition by partition, a letter for each.
 *
 * <ul>
 *   <li>{@code =} all have the same digest
 *   <li>{@code ~} their digests differ, as they may while somebody comes or goes: they were not
 *       asked in one instant, and have not come equally far with every node
 *   <li>{@code !} two differ that have come equally far with every node. That is a fault, unless it
 *       is over a moment later: what was heard may still wait for its turn to be shown
 *   <li>{@code .} there are no two to compare
 * </ul>
 */
final class Partitions {
  private final List<ReplicaReport> ready;

  Partitions(Collection<ReplicaReport> replicas) {
    ready =
        replicas.stream()
            .filter(ReplicaReport::ready)
            .filter(replica -> replica.digests().size() == Ownership.PARTITIONS)
            .toList();
  }

  @Override
  public String toString() {
    StringBuilder letters = new StringBuilder();
    for (int partition = 0; partition < Ownership.PARTITIONS; partition++) {
      letters.append(letter(partition));
    }
    return letters.toString();
  }

  private char letter(int partition) {
    if (ready.size() < 2) {
      return '.';
    }
    long different =
        ready.stream().map(replica -> replica.digests().get(partition)).distinct().count();
    if (different == 1) {
      return '=';
    }
    return hasDiverged(partition) ? '!' : '~';
  }

  private boolean hasDiverged(int partition) {
    Map<Map<NodeId, Long>, String> digests = new HashMap<>();
    for (ReplicaReport replica : ready) {
      String digest = replica.digests().get(partition);
      if (replica.isWhole()
          && !digests
              .computeIfAbsent(seen(replica, partition % Ownership.SHARDS), unseen -> digest)
              .equals(digest)) {
        return true;
      }
    }
    return false;
  }

  /** Returns how far it has come with each node of which something may be seen. */
  private static Map<NodeId, Long> seen(ReplicaReport replica, int shard) {
    Map<NodeId, Long> seen = new HashMap<>();
    replica
        .clocks()
        .forEach(
            (node, byShard) -> {
              if (byShard.get(shard) > 0) {
                seen.put(node, byShard.get(shard));
              }
            });
    return seen;
  }
}

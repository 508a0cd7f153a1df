package dev.rollcall.presence;

import dev.rollcall.pubsub.NodeId;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Which replica publishes a topic: topics are hashed to partitions, partitions to replicas by
 * rendezvous hashing (the replica with the highest hash of both wins), so that a replica that comes
 * or goes moves only its own share.
 *
 * <p>Partitions also fall into shards. A shard is a presence system of its own: each node has a
 * tracker and views of each, each replica a replica of each, on an event loop of its own, and
 * nothing is ever agreed between two. All of this is the same on every node of a cluster.
 */
public final class Ownership {
  /** Enough to spread evenly over a handful of replicas, few enough to keep a table of. */
  public static final int PARTITIONS = 64;

  /** As many event loops as a replica's work is worth; a node beats once for each. */
  public static final int SHARDS = 4;

  private Ownership() {}

  public static int partition(String topic) {
    return (int) Long.remainderUnsigned(Hashing.mix(Hashing.hash(topic)), PARTITIONS);
  }

  public static int shard(String topic) {
    return partition(topic) % SHARDS;
  }

  /** Returns the owner among the replicas that are ready, if any. */
  public static Optional<NodeId> owner(int partition, Collection<NodeId> ready) {
    return ready.stream()
        .max(
            Comparator.<NodeId>comparingLong(replica -> weight(partition, replica))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static long weight(int partition, NodeId replica) {
    return Hashing.mix(Hashing.hash(replica.value()) + partition * 0x9E3779B97F4A7C15L);
  }
}

package dev.rollcall.presence;

import dev.rollcall.pubsub.NodeId;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Which replica publishes a topic: topics are hashed to partitions, partitions to replicas by
 * rendezvous hashing (the replica with the highest hash of both wins), so that a replica that comes
 * or goes moves only its own share.
 */
public final class Ownership {
  /** Enough to spread evenly over a handful of replicas, few enough to keep a table of. */
  public static final int PARTITIONS = 64;

  private Ownership() {}

  public static int partition(String topic) {
    return (int) Long.remainderUnsigned(mix(hash(topic)), PARTITIONS);
  }

  /** Returns the owner among the replicas that are ready, if any. */
  public static Optional<NodeId> owner(int partition, Collection<NodeId> ready) {
    return ready.stream()
        .max(
            Comparator.<NodeId>comparingLong(replica -> weight(partition, replica))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static long weight(int partition, NodeId replica) {
    return mix(hash(replica.value()) + partition * 0x9E3779B97F4A7C15L);
  }

  private static long hash(String text) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    }
    return hash;
  }

  /** Spreads what differs in few bits over all of them (the finalizer of SplitMix64). */
  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}

package dev.rollcall.operator;

import dev.rollcall.pubsub.NodeId;
import java.util.List;
import java.util.Map;

/**
 * What a replica of presence holds.
 *
 * @param topics how many sessions are present on each topic
 * @param clocks how far the replica has come with each node it knows, shard by shard; {@link
 *     #HIDDEN} in a shard where nothing of the node is seen
 * @param digests of what is seen of each partition
 */
public record ReplicaState(
    boolean ready,
    int presences,
    Map<String, Integer> topics,
    Map<NodeId, List<Long>> clocks,
    List<Long> digests) {
  public static final long HIDDEN = -1;

  public ReplicaState {
    topics = Map.copyOf(topics);
    clocks = Map.copyOf(clocks);
    digests = List.copyOf(digests);
  }
}

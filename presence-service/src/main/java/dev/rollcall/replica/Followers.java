package dev.rollcall.replica;

import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which nodes follow which of the topics that this replica owns. A node that follows asks again and
 * again; one that has not asked for long follows no more.
 */
final class Followers {
  /** Longer than a node with very many topics takes to go through all of them. */
  private static final long LEASE_MILLIS = 120_000;

  /**
   * How one node is reached.
   *
   * @param via the replica that passes on, if it can't be reached straight
   */
  record Lease(Optional<NodeId> via, long untilMillis) {}

  private final Map<String, Map<NodeId, Lease>> topics = new HashMap<>();

  void add(String topic, NodeId node, Optional<NodeId> via, long nowMillis) {
    topics
        .computeIfAbsent(topic, name -> new HashMap<>())
        .put(node, new Lease(via, nowMillis + LEASE_MILLIS));
  }

  void remove(String topic, NodeId node) {
    Map<NodeId, Lease> nodes = topics.get(topic);
    if (nodes != null && nodes.remove(node) != null && nodes.isEmpty()) {
      topics.remove(topic);
    }
  }

  /** Drops topics that are owned no more, and nodes that are gone or have not asked for long. */
  void retain(Predicate<String> owned, Predicate<NodeId> alive, long nowMillis) {
    topics.keySet().removeIf(topic -> !owned.test(topic));
    topics
        .values()
        .forEach(
            nodes ->
                nodes
                    .entrySet()
                    .removeIf(
                        node ->
                            !alive.test(node.getKey())
                                || nowMillis >= node.getValue().untilMillis()));
    topics.values().removeIf(Map::isEmpty);
  }

  Map<NodeId, Lease> of(String topic) {
    return topics.getOrDefault(topic, Map.of());
  }

  int size() {
    return topics.size();
  }
}

package dev.rollcall.operator;

import dev.rollcall.presence.Ownership;
import dev.rollcall.pubsub.NodeId;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reports as nodes make them. */
final class Samples {
  static final NodeId A = new NodeId("a");
  static final NodeId B = new NodeId("b");
  static final NodeId C = new NodeId("c");

  static final Condition READY = new Condition(Condition.State.READY, List.of());

  private Samples() {}

  static NodeReport node(NodeId node) {
    return node(node, Counts.NONE, Optional.empty());
  }

  static NodeReport node(NodeId node, Counts topics, Optional<ReplicaReport> replica) {
    return heard(node, Set.of(node), Set.of(), Set.of(), topics, replica);
  }

  static NodeReport links(NodeId node, Set<NodeId> lists, Set<NodeId> hears, Set<NodeId> heardBy) {
    return heard(node, lists, hears, heardBy, Counts.NONE, Optional.empty());
  }

  static NodeReport heard(
      NodeId node,
      Set<NodeId> lists,
      Set<NodeId> hears,
      Set<NodeId> heardBy,
      Counts topics,
      Optional<ReplicaReport> replica) {
    return new NodeReport(
        node,
        replica.isPresent() ? "presence-service" : "chat-service",
        "pod-of-" + node,
        READY,
        List.of(),
        86_400,
        100_000_000,
        256_000_000,
        lists,
        hears,
        heardBy,
        3,
        4,
        2,
        topics,
        Counts.of(Map.of("chat.post", 1, "chat.rooms", 1), NodeReport.MAX_NAMES),
        replica);
  }

  static ReplicaState replica(Map<NodeId, List<Long>> clocks, Map<Integer, Long> digests) {
    List<Long> all =
        IntStream.range(0, Ownership.PARTITIONS)
            .mapToObj(partition -> digests.getOrDefault(partition, 7L))
            .toList();
    return new ReplicaState(true, 5, Map.of("room:lobby", 5), clocks, all);
  }

  static ClusterReport cluster(NodeReport... reports) {
    Map<NodeId, NodeReport> all =
        Stream.of(reports).collect(Collectors.toMap(NodeReport::node, report -> report));
    List<ListedNode> listed =
        Stream.of(reports)
            .map(report -> new ListedNode(report.node(), report.service(), "10.0.0.1"))
            .toList();
    return new ClusterReport(
        reports[0].node(), Instant.EPOCH, 12, listed, all, Map.of(), new TopicTable(all));
  }

  /** So many topics, of which the first has most. */
  static Map<String, Integer> topics(int count, int length) {
    Map<String, Integer> topics = new HashMap<>();
    for (int i = 0; i < count; i++) {
      topics.put("room:" + i + "-" + "x".repeat(length), count - i);
    }
    return topics;
  }

  static Map<NodeId, List<Long>> clocks(int nodes) {
    Map<NodeId, List<Long>> clocks = new TreeMap<>();
    for (int i = 0; i < nodes; i++) {
      clocks.put(id(i), Arrays.asList(1_000_000L + i, 2_000_000L, 3_000_000L, 4_000_000L));
    }
    return Collections.unmodifiableMap(clocks);
  }

  /** As long as those that nodes mint. */
  static NodeId id(int number) {
    return new NodeId("%08x".formatted(0xA0000000L + number));
  }
}

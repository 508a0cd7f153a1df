package dev.rollcall.operator;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The largest topics of the cluster, with what each node has of them. They are chosen from those
 * that are among the largest of some node: one that is spread thinly over many nodes, and is large
 * only in all, may be missed where there are more topics than a node reports.
 */
final class TopicTable {
  private final Map<NodeId, NodeReport> reports;
  private final Map<NodeId, TopicCounts> more;
  private final List<String> topics;

  TopicTable(Map<NodeId, NodeReport> reports) {
    this(reports, Map.of(), largest(reports.values()));
  }

  private TopicTable(
      Map<NodeId, NodeReport> reports, Map<NodeId, TopicCounts> more, List<String> topics) {
    this.reports = new TreeMap<>(reports);
    this.more = Map.copyOf(more);
    this.topics = topics;
  }

  List<String> topics() {
    return topics;
  }

  /** Returns the nodes that may have some of these topics, though they have not said so. */
  Set<NodeId> incomplete() {
    Set<NodeId> nodes = new TreeSet<>();
    reports.forEach(
        (node, report) -> {
          if (!isComplete(report)) {
            nodes.add(node);
          }
        });
    return nodes;
  }

  /** Returns the same topics with what those nodes have of them. */
  TopicTable completedBy(Map<NodeId, TopicCounts> counts) {
    return new TopicTable(reports, counts, topics);
  }

  private boolean isComplete(NodeReport report) {
    return lacksNone(report.topics())
        && report.replica().map(ReplicaReport::topics).filter(has -> !lacksNone(has)).isEmpty();
  }

  private boolean lacksNone(Counts counts) {
    return counts.isWhole() || counts.largest().keySet().containsAll(topics);
  }

  private static List<String> largest(Collection<NodeReport> reports) {
    Map<String, Integer> subscribers = new HashMap<>();
    Map<String, Integer> sizes = new HashMap<>();
    for (NodeReport report : reports) {
      report.topics().largest().forEach((topic, n) -> subscribers.merge(topic, n, Integer::sum));
      report
          .replica()
          .ifPresent(
              replica ->
                  replica.topics().largest().forEach((name, n) -> sizes.merge(name, n, Math::max)));
    }
    subscribers.forEach((topic, count) -> sizes.merge(topic, count, Math::max));
    return List.copyOf(Counts.of(sizes, NodeReport.MAX_NAMES).largest().keySet());
  }

  JsonObject toJson() {
    List<JsonObject> rows =
        topics.stream()
            .map(this::row)
            .sorted(Comparator.comparing(row -> -row.getInteger("subscribers")))
            .toList();
    return new JsonObject()
        .put("count", count())
        .put("exact", more.keySet().containsAll(incomplete()))
        .put("largest", new JsonArray(rows));
  }

  /** At least so many there are: which of them two nodes have in common is not told. */
  private int count() {
    return reports.values().stream()
        .mapToInt(
            report ->
                Math.max(
                    report.topics().names(),
                    report.replica().map(replica -> replica.topics().names()).orElse(0)))
        .max()
        .orElse(0);
  }

  private JsonObject row(String topic) {
    JsonObject byNode = new JsonObject();
    int total = 0;
    Integer presences = null;
    for (NodeReport report : reports.values()) {
      int count = subscribers(report, topic);
      total += count;
      if (count > 0) {
        byNode.put(report.node().value(), count);
      }
      if (report.replica().isPresent()) {
        int seen = presences(report, topic);
        presences = presences == null ? seen : Math.max(presences, seen);
      }
    }
    return new JsonObject()
        .put("topic", topic)
        .put("subscribers", total)
        .put("by_node", byNode)
        .put("presences", presences);
  }

  private int subscribers(NodeReport report, String topic) {
    TopicCounts told = more.get(report.node());
    return told == null
        ? report.topics().largest().getOrDefault(topic, 0)
        : told.subscribers().getOrDefault(topic, 0);
  }

  private int presences(NodeReport report, String topic) {
    TopicCounts told = more.get(report.node());
    return told == null || told.presences().isEmpty()
        ? report.replica().orElseThrow().topics().largest().getOrDefault(topic, 0)
        : told.presences().get().getOrDefault(topic, 0);
  }
}

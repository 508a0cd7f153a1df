package dev.rollcall.operator;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one node has learnt of all, as {@code GET /operator/report} answers it. Fields are added
 * over time, never renamed.
 *
 * <pre>{@code
 * {"at": "2026-01-01T03:00:00Z", "by": "7d0f3c21", "took_millis": 12, "actions": "token",
 *  "nodes": [{"node": "7d0f3c21", "service": "chat-service", "host": "10.1.0.7",
 *    "state": "ready", …}],
 *  "hearing": {"7d0f3c21": "=+", "c3a19e55": "+="},
 *  "topics": {"count": 2, "exact": true, "largest": [{"topic": "room:lobby", "subscribers": 7,
 *    "by_node": {"7d0f3c21": 7}, "presences": 5}]},
 *  "registrations": [{"address": "chat.post", "consumers": 2, "by_node": {"7d0f3c21": 2}}],
 *  "presence": {"presences": 5, "partitions": "==…", "replicas": [{"node": "c3a19e55", "ready":
 *    true, "presences": 5, "topics": 1, "known": 2, "clocks": {"7d0f3c21": [5, 0, 0, 0]},
 *    "digests": ["0", "9c1f…", …]}]}}
 * }</pre>
 *
 * <p>The {@code state} of a node is {@code starting}, {@code ready}, {@code not_ready} or {@code
 * draining} as it says, or what it is for who asks: {@code silent} without an answer in time,
 * {@code failed}, or {@code unreadable}. Of these three nothing but {@code node}, {@code service}
 * and {@code host} is known. {@link Hearing} and {@link Partitions} have the letters of {@code
 * hearing} and {@code partitions}. The clocks are -1 in a shard in which the replica hides the
 * node.
 *
 * @param listed who was asked
 * @param silent who has not answered, and how
 */
record ClusterReport(
    NodeId by,
    Instant at,
    long tookMillis,
    List<ListedNode> listed,
    Map<NodeId, NodeReport> reports,
    Map<NodeId, String> silent,
    TopicTable topics) {

  ClusterReport {
    reports = Map.copyOf(reports);
    silent = Map.copyOf(silent);
  }

  /** Returns whether another node of that one's service is ready to take its clients. */
  boolean hasOther(ListedNode node) {
    return reports.values().stream()
        .anyMatch(
            report ->
                report.isReady()
                    && report.service().equals(node.service())
                    && !report.node().equals(node.node()));
  }

  JsonObject toJson() {
    SortedMap<NodeId, ListedNode> nodes = nodes();
    return new JsonObject()
        .put("at", at.toString())
        .put("by", by.value())
        .put("took_millis", tookMillis)
        .put("nodes", new JsonArray(nodes.values().stream().map(this::node).toList()))
        .put("hearing", new Hearing(nodes.keySet(), reports).toJson())
        .put("topics", topics.toJson())
        .put("registrations", registrations())
        .put("presence", presence());
  }

  /** Those that were asked, and those that only another one's list of members has. */
  private SortedMap<NodeId, ListedNode> nodes() {
    SortedMap<NodeId, ListedNode> nodes = new TreeMap<>();
    listed.forEach(each -> nodes.put(each.node(), each));
    reports
        .values()
        .forEach(
            report ->
                report
                    .lists()
                    .forEach(other -> nodes.putIfAbsent(other, new ListedNode(other, "", ""))));
    return nodes;
  }

  private JsonObject node(ListedNode listed) {
    JsonObject json =
        new JsonObject()
            .put("node", listed.node().value())
            .put("service", listed.service())
            .put("host", listed.host());
    NodeReport report = reports.get(listed.node());
    return report == null
        ? json.put("state", silent.getOrDefault(listed.node(), "silent"))
        : json.mergeIn(said(report));
  }

  private static JsonObject said(NodeReport report) {
    return new JsonObject()
        .put("state", NodeReport.word(report.condition().state()))
        .put("pod", report.pod())
        .put("failing", new JsonArray(report.condition().failing()))
        .put("late", new JsonArray(report.late()))
        .put("up_seconds", report.upSeconds())
        .put("heap_bytes", report.heapBytes())
        .put("max_heap_bytes", report.maxHeapBytes())
        .put("connections", report.connections())
        .put("topics", report.topics().names())
        .put("subscribers", report.topics().total())
        .put("registrations", report.registrations().total())
        .put("tracked", report.tracked())
        .put("ready_replicas", report.readyReplicas());
  }

  private JsonArray registrations() {
    Map<String, Integer> totals = new HashMap<>();
    reports
        .values()
        .forEach(
            report ->
                report
                    .registrations()
                    .largest()
                    .forEach((at, n) -> totals.merge(at, n, Integer::sum)));
    JsonArray rows = new JsonArray();
    Counts.of(totals, NodeReport.MAX_NAMES)
        .largest()
        .forEach((address, total) -> rows.add(registration(address, total)));
    return rows;
  }

  private JsonObject registration(String address, int total) {
    JsonObject byNode = new JsonObject();
    for (NodeReport report : new TreeMap<>(reports).values()) {
      Optional.ofNullable(report.registrations().largest().get(address))
          .ifPresent(count -> byNode.put(report.node().value(), count));
    }
    return new JsonObject().put("address", address).put("consumers", total).put("by_node", byNode);
  }

  private JsonObject presence() {
    SortedMap<NodeId, ReplicaReport> replicas = new TreeMap<>();
    reports.forEach((node, report) -> report.replica().ifPresent(has -> replicas.put(node, has)));
    JsonArray rows = new JsonArray();
    replicas.forEach((node, replica) -> rows.add(replica(node, replica)));
    return new JsonObject()
        .put("presences", most(replicas.values()))
        .put("partitions", new Partitions(replicas.values()).toString())
        .put("replicas", rows);
  }

  /** Null where nobody knows. */
  private static Integer most(Collection<ReplicaReport> replicas) {
    return replicas.stream()
        .filter(ReplicaReport::ready)
        .map(ReplicaReport::presences)
        .max(Integer::compare)
        .orElse(null);
  }

  private static JsonObject replica(NodeId node, ReplicaReport replica) {
    JsonObject json = replica.toJson();
    return new JsonObject()
        .put("node", node.value())
        .mergeIn(json.put("topics", replica.topics().names()));
  }
}

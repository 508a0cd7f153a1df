package dev.rollcall.operator;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A replica's state as it travels.
 *
 * @param known how many nodes it knows, of which {@code clocks} has as many as fit
 * @param digests in hexadecimal: JSON's readers round numbers that large
 */
record ReplicaReport(
    boolean ready,
    int presences,
    Counts topics,
    int known,
    Map<NodeId, List<Long>> clocks,
    List<String> digests) {
  /** More nodes than a cluster has, though not than one that has restarted all day. */
  private static final int MAX_NODES = 100;

  static ReplicaReport of(ReplicaState state) {
    Map<NodeId, List<Long>> clocks = new TreeMap<>();
    state.clocks().entrySet().stream()
        .sorted(
            (one, other) -> Boolean.compare(isHidden(one.getValue()), isHidden(other.getValue())))
        .limit(MAX_NODES)
        .forEach(each -> clocks.put(each.getKey(), each.getValue()));
    return new ReplicaReport(
        state.ready(),
        state.presences(),
        Counts.of(state.topics(), NodeReport.MAX_NAMES),
        state.clocks().size(),
        clocks,
        state.digests().stream().map(Long::toHexString).toList());
  }

  /** Tells whether nothing is left out of how far it has come. */
  boolean isWhole() {
    return clocks.size() == known;
  }

  static boolean isHidden(List<Long> clocks) {
    return clocks.stream().allMatch(clock -> clock == ReplicaState.HIDDEN);
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    clocks.forEach((node, byShard) -> json.put(node.value(), new JsonArray(byShard)));
    return new JsonObject()
        .put("ready", ready)
        .put("presences", presences)
        .put("topics", topics.toJson())
        .put("known", known)
        .put("clocks", json)
        .put("digests", new JsonArray(digests));
  }

  static ReplicaReport from(JsonObject json) {
    Map<NodeId, List<Long>> clocks = new TreeMap<>();
    json.getJsonObject("clocks")
        .forEach(
            each -> clocks.put(new NodeId(each.getKey()), clocks((JsonArray) each.getValue())));
    return new ReplicaReport(
        json.getBoolean("ready"),
        json.getInteger("presences"),
        Counts.from(json.getJsonObject("topics")),
        json.getInteger("known"),
        clocks,
        Json.strings(json.getJsonArray("digests")));
  }

  private static List<Long> clocks(JsonArray byShard) {
    return byShard.stream().map(clock -> ((Number) clock).longValue()).toList();
  }
}

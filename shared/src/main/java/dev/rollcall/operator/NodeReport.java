package dev.rollcall.operator;

import static java.util.Objects.requireNonNull;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a node says of itself when it is asked: bounded, whatever it has.
 *
 * @param pod what the node's host is called, where that is known: on Kubernetes the pod
 * @param late the parts of it that did not answer in time
 * @param lists the nodes that its list of members has, itself included
 * @param hears the nodes whose beacons reach it
 * @param heardBy those of them whose beacons say that its own reach them
 * @param connections of clients of its bridge
 * @param tracked the presences that are its own
 * @param readyReplicas how many replicas of presence it can ask
 * @param topics the subscribers of each, clients included
 * @param registrations the consumers of each address of a service
 * @param replica where it is one
 */
record NodeReport(
    NodeId node,
    String service,
    String pod,
    Condition condition,
    List<String> late,
    long upSeconds,
    long heapBytes,
    long maxHeapBytes,
    Set<NodeId> lists,
    Set<NodeId> hears,
    Set<NodeId> heardBy,
    int connections,
    int tracked,
    int readyReplicas,
    Counts topics,
    Counts registrations,
    Optional<ReplicaReport> replica) {
  /** Of topics, and of addresses: the others are counted only. */
  static final int MAX_NAMES = 20;

  NodeReport {
    requireNonNull(service);
    requireNonNull(pod);
    late = List.copyOf(late);
    lists = Set.copyOf(lists);
    hears = Set.copyOf(hears);
    heardBy = Set.copyOf(heardBy);
  }

  boolean isReady() {
    return condition.state() == Condition.State.READY;
  }

  JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("node", node.value())
            .put("service", service)
            .put("pod", pod)
            .put("state", word(condition.state()))
            .put("failing", new JsonArray(condition.failing()))
            .put("late", new JsonArray(late))
            .put("up_seconds", upSeconds)
            .put("heap_bytes", heapBytes)
            .put("max_heap_bytes", maxHeapBytes)
            .put("lists", Json.ofNodes(lists))
            .put("hears", Json.ofNodes(hears))
            .put("heard_by", Json.ofNodes(heardBy))
            .put("connections", connections)
            .put("tracked", tracked)
            .put("ready_replicas", readyReplicas)
            .put("topics", topics.toJson())
            .put("registrations", registrations.toJson());
    replica.ifPresent(state -> json.put("replica", state.toJson()));
    return json;
  }

  /**
   * Reads what another node has written, perhaps of another version.
   *
   * @throws RuntimeException when it lacks something
   */
  static NodeReport from(JsonObject json) {
    return new NodeReport(
        new NodeId(json.getString("node")),
        json.getString("service"),
        json.getString("pod"),
        condition(json),
        Json.strings(json.getJsonArray("late")),
        json.getLong("up_seconds"),
        json.getLong("heap_bytes"),
        json.getLong("max_heap_bytes"),
        Json.nodes(json.getJsonArray("lists")),
        Json.nodes(json.getJsonArray("hears")),
        Json.nodes(json.getJsonArray("heard_by")),
        json.getInteger("connections"),
        json.getInteger("tracked"),
        json.getInteger("ready_replicas"),
        Counts.from(json.getJsonObject("topics")),
        Counts.from(json.getJsonObject("registrations")),
        Optional.ofNullable(json.getJsonObject("replica")).map(ReplicaReport::from));
  }

  private static Condition condition(JsonObject json) {
    String state = json.getString("state").toUpperCase(Locale.ROOT);
    return new Condition(
        Condition.State.valueOf(state), Json.strings(json.getJsonArray("failing")));
  }

  static String word(Condition.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}

package dev.rollcall.operator;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What several of the reports are written with. What is malformed throws. */
final class Json {
  private Json() {}

  static JsonObject ofCounts(Map<String, Integer> counts) {
    JsonObject json = new JsonObject();
    counts.forEach(json::put);
    return json;
  }

  static Map<String, Integer> counts(JsonObject json) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    json.forEach(each -> counts.put(each.getKey(), (Integer) each.getValue()));
    return counts;
  }

  static JsonArray ofNodes(Collection<NodeId> nodes) {
    return new JsonArray(nodes.stream().sorted().map(NodeId::value).toList());
  }

  static Set<NodeId> nodes(JsonArray json) {
    Set<NodeId> nodes = new TreeSet<>();
    strings(json).forEach(node -> nodes.add(new NodeId(node)));
    return nodes;
  }

  static List<String> strings(JsonArray json) {
    return json.stream().map(String.class::cast).toList();
  }
}

package dev.rollcall.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Lays a patch over an object as Kubernetes does: field by field, a null takes away, and of the
 * lists that have a key the elements are laid over those with the same key. Other lists are
 * replaced.
 */
final class StrategicMerge {
  private static final Map<String, String> KEYS =
      Map.of(
          "containers", "name",
          "env", "name",
          "ports", "containerPort",
          "topologySpreadConstraints", "topologyKey",
          "volumeMounts", "mountPath",
          "volumes", "name");

  private StrategicMerge() {}

  static void apply(ObjectNode patch, ObjectNode object) {
    patch.properties().forEach(field -> apply(field.getKey(), field.getValue(), object));
  }

  private static void apply(String field, JsonNode value, ObjectNode object) {
    if (field.startsWith("$")) {
      throw new IllegalArgumentException("not known here: " + field);
    }
    JsonNode there = object.get(field);
    if (value.isNull()) {
      object.remove(field);
    } else if (value instanceof ObjectNode patch) {
      apply(patch, there instanceof ObjectNode old ? old : object.putObject(field));
    } else if (value instanceof ArrayNode patch && KEYS.containsKey(field)) {
      ArrayNode list = there instanceof ArrayNode old ? old : object.putArray(field);
      patch.forEach(element -> apply(KEYS.get(field), (ObjectNode) element, list));
    } else {
      object.set(field, value.deepCopy());
    }
  }

  private static void apply(String key, ObjectNode patch, ArrayNode list) {
    for (JsonNode element : list) {
      if (element.path(key).equals(patch.path(key))) {
        apply(patch, (ObjectNode) element);
        return;
      }
    }
    list.add(patch.deepCopy());
  }
}

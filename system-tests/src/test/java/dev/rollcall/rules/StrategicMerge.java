package dev.rollcall.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Lays a patch over an object as Kubernetes does: field by field, a null takes away, and of the
 * lists that have a key the elements are laid over those with the same key, or take them away.
 * Other lists are replaced.
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

  private static final String DIRECTIVE = "$patch";

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
    boolean isDelete = patch.path(DIRECTIVE).asText().equals("delete");
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).path(key).equals(patch.path(key))) {
        if (isDelete) {
          list.remove(i);
        } else {
          apply(patch, (ObjectNode) list.get(i));
        }
        return;
      }
    }
    if (patch.has(DIRECTIVE)) {
      throw new IllegalArgumentException("not there to be taken away, or not known: " + patch);
    }
    list.add(patch.deepCopy());
  }
}

package dev.rollcall.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;

/** The ConfigMaps and Secrets that a kustomization makes of files and literals. */
record Generators(Path folder, JsonNode options, List<ObjectNode> objects) {

  void configMap(JsonNode entry) {
    add("ConfigMap", entry, value -> value);
  }

  void secret(JsonNode entry) {
    add("Secret", entry, value -> Base64.getEncoder().encodeToString(value.getBytes(UTF_8)));
    object("Secret", entry.get("name").asText()).put("type", "Opaque");
  }

  private void add(String kind, JsonNode entry, UnaryOperator<String> form) {
    boolean merges = entry.path("behavior").asText().equals("merge");
    ObjectNode object =
        merges ? object(kind, entry.get("name").asText()) : create(kind, entry.get("name"));
    ObjectNode data = object.withObject("data");
    for (JsonNode file : entry.path("envs")) {
      Checkout.text(folder.resolve(file.asText()))
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(line -> put(line, data, form));
    }
    entry.path("literals").forEach(literal -> put(literal.asText(), data, form));
    for (JsonNode file : entry.path("files")) {
      Path path = folder.resolve(file.asText().replaceFirst(".*=", ""));
      String key = file.asText().contains("=") ? file.asText() : path.getFileName() + "=";
      data.put(key.replaceFirst("=.*", ""), form.apply(Checkout.text(path)));
    }
    describe(object, options);
    describe(object, entry.path("options"));
  }

  private static void describe(ObjectNode object, JsonNode options) {
    for (String field : List.of("labels", "annotations")) {
      if (options.get(field) instanceof ObjectNode added) {
        object.withObject("metadata").withObject(field).setAll(added);
      }
    }
  }

  private static void put(String line, ObjectNode data, UnaryOperator<String> form) {
    String[] parts = line.split("=", 2);
    data.put(parts[0], form.apply(parts[1]));
  }

  private ObjectNode create(String kind, JsonNode name) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("apiVersion", "v1").put("kind", kind).putObject("metadata").set("name", name);
    objects.add(object);
    return object;
  }

  private ObjectNode object(String kind, String name) {
    return objects.stream()
        .filter(it -> Kustomize.isNamed(it, kind, name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no " + kind + " " + name + " to merge"));
  }
}

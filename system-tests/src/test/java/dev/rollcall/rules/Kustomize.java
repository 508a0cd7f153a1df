package dev.rollcall.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What kustomize makes of a folder, so that what is checked does not depend on what is installed.
 * It knows as much of kustomize as our kustomizations use, and refuses the rest; where kubectl is
 * there, {@link KustomizeTest} compares the two. Generated objects keep the names that are written.
 */
final class Kustomize {
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion",
          "kind",
          "resources",
          "components",
          "generatorOptions",
          "configMapGenerator",
          "secretGenerator",
          "patches",
          "namespace",
          "labels",
          "replicas",
          "images");

  private final Path folder;
  private final JsonNode kustomization;
  private final List<ObjectNode> objects;

  private Kustomize(Path folder, List<ObjectNode> objects) {
    this.folder = folder;
    this.kustomization = Yaml.documents(Checkout.text(folder.resolve("kustomization.yaml"))).get(0);
    this.objects = objects;
    Set<String> unknown = new LinkedHashSet<>();
    kustomization.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(KNOWN);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(folder + " has what is not known here: " + unknown);
    }
  }

  static List<ObjectNode> build(Path folder) {
    List<ObjectNode> objects = new ArrayList<>();
    new Kustomize(folder, objects).build();
    return objects;
  }

  /** In kustomize's own order: components see what is generated, and transformers see all. */
  private void build() {
    all("resources").forEach(resource -> addResource(folder.resolve(resource.asText())));
    Generators generators = new Generators(folder, kustomization.path("generatorOptions"), objects);
    all("configMapGenerator").forEach(generators::configMap);
    all("secretGenerator").forEach(generators::secret);
    all("components")
        .forEach(it -> new Kustomize(folder.resolve(it.asText()).normalize(), objects).build());
    all("patches").forEach(this::patch);
    if (kustomization.has("namespace")) {
      objects.forEach(it -> setNamespace(it, kustomization.get("namespace").asText()));
    }
    all("labels").forEach(this::label);
    all("replicas").forEach(this::replicas);
    all("images").forEach(image -> new ImageRule(image).apply(objects));
  }

  private Stream<JsonNode> all(String field) {
    return StreamSupport.stream(kustomization.path(field).spliterator(), false);
  }

  private void addResource(Path path) {
    List<ObjectNode> added =
        Files.isDirectory(path)
            ? build(path.normalize())
            : Yaml.documents(Checkout.text(path)).stream().map(ObjectNode.class::cast).toList();
    for (ObjectNode object : added) {
      if (objects.stream().anyMatch(it -> isNamed(it, kind(object), name(object)))) {
        throw new IllegalArgumentException(kind(object) + " " + name(object) + " is there twice");
      }
      objects.add(object);
    }
  }

  private void patch(JsonNode entry) {
    Path file = folder.resolve(entry.get("path").asText());
    ObjectNode patch = (ObjectNode) Yaml.documents(Checkout.text(file)).get(0);
    JsonNode target = entry.path("target");
    String kind = target.path("kind").asText(kind(patch));
    String name = target.isMissingNode() ? name(patch) : target.path("name").asText(".*");
    List<ObjectNode> targets = objects.stream().filter(it -> isNamed(it, kind, name)).toList();
    if (targets.isEmpty()) {
      throw new IllegalArgumentException(file + " is a patch of nothing");
    }
    ObjectNode fields = patch.deepCopy();
    fields.remove(List.of("apiVersion", "kind", "metadata"));
    targets.forEach(it -> StrategicMerge.apply(fields, it));
  }

  private void label(JsonNode entry) {
    for (ObjectNode object : objects) {
      put(entry, object.withObject("metadata"));
      if (entry.path("includeTemplates").asBoolean() && object.path("spec").has("template")) {
        put(entry, object.withObject("spec").withObject("template").withObject("metadata"));
      }
    }
  }

  private static void put(JsonNode entry, ObjectNode metadata) {
    metadata.withObject("labels").setAll((ObjectNode) entry.get("pairs"));
  }

  private void replicas(JsonNode entry) {
    objects.stream()
        .filter(it -> isNamed(it, "Deployment", entry.get("name").asText()))
        .forEach(it -> it.withObject("spec").set("replicas", entry.get("count")));
  }

  private static void setNamespace(ObjectNode object, String namespace) {
    boolean isOne = kind(object).equals("Namespace");
    object.withObject("metadata").put(isOne ? "name" : "namespace", namespace);
  }

  static boolean isNamed(ObjectNode object, String kind, String name) {
    return kind(object).equals(kind) && name(object).matches(name);
  }

  private static String kind(ObjectNode object) {
    return object.path("kind").asText();
  }

  private static String name(ObjectNode object) {
    return object.path("metadata").path("name").asText();
  }
}

package dev.rollcall.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The manifests in one of the forms in which they are deployed: an overlay with components. */
record Form(String name, String overlay, List<String> components) {

  static final Form BASE = new Form("base", "base", List.of());

  static final Form DEV = new Form("dev", "overlays/dev", List.of());

  static final Form PRODUCTION = new Form("production", "overlays/production", List.of());

  /** With all that can be added. */
  static final Form FULL =
      new Form("full", "overlays/production", List.of("monitoring", "bus-tls", "otlp"));

  /** With what takes the place of a component of production. */
  static final Form JWKS = new Form("jwks", "overlays/production", List.of("issuer-jwks"));

  static final List<Form> ALL = List.of(BASE, DEV, PRODUCTION, FULL, JWKS);

  /** Those that somebody deploys as they are. */
  static final List<Form> INSTALLED = List.of(DEV, PRODUCTION, FULL, JWKS);

  private static final String K8S = "k8s";

  @Override
  public String toString() {
    return name;
  }

  String yaml() {
    return Yaml.text(Kustomize.build(folder()));
  }

  Manifests manifests() throws IOException {
    return Manifests.parse(yaml());
  }

  /** As {@link #manifests}, but with a fault in each place where a text stands. */
  Manifests with(String right, String wrong) throws IOException {
    return Manifests.parse(planted(right, wrong));
  }

  /** Without any field of a name, wherever it stands. */
  Manifests without(String field) throws IOException {
    List<ObjectNode> objects = Kustomize.build(folder());
    objects.stream()
        .flatMap(it -> it.findParents(field).stream())
        .forEach(it -> ((ObjectNode) it).remove(field));
    return Manifests.parse(Yaml.text(objects));
  }

  String planted(String right, String wrong) {
    String yaml = yaml();
    if (!yaml.contains(right)) {
      throw new IllegalArgumentException(name + " has no place for a fault: " + right);
    }
    return yaml.replace(right, wrong);
  }

  /** A folder to render; one is made for an overlay with components, as an installation would. */
  Path folder() {
    if (components.isEmpty()) {
      return Checkout.file(K8S).resolve(overlay);
    }
    Path folder = Checkout.file("system-tests/target/kustomize").resolve(name);
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("kustomization.yaml"), kustomization());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private String kustomization() {
    String added =
        components.stream()
            .map(component -> "../../../../k8s/components/" + component)
            .collect(Collectors.joining(", "));
    return "namespace: rollcall\nresources: [../../../../k8s/%s]\ncomponents: [%s]\n"
        .formatted(overlay, added);
  }
}

package dev.rollcall.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** That what the manifests' tests look at is what kubectl would deploy. */
class KustomizeTest {
  @TempDir private Path folder;

  /** No distribution has one that is new enough, so that a build can't insist. */
  @BeforeAll
  static void sayWhatIsSkipped() throws InterruptedException {
    if (!Kubectl.isThere()) {
      System.out.println("SKIPPED (no kubectl 1.27 or newer): what KustomizeTest compares with it");
    }
  }

  @ParameterizedTest
  @FieldSource("dev.rollcall.rules.Form#ALL")
  void rendersWhatKubectlRenders(Form form) throws Exception {
    assumeTrue(Kubectl.isThere(), "no kubectl with kustomize 5 is here to compare with");
    Map<String, String> theirs = byName(Yaml.documents(Kubectl.kustomize(form.folder())));
    Map<String, String> ours = byName(Yaml.documents(form.yaml()));
    assertThat(ours.keySet()).isEqualTo(theirs.keySet());
    ours.forEach((name, text) -> assertThat(text).as(name).isEqualTo(theirs.get(name)));
  }

  /** One without would come into whatever namespace the shell happens to be in. */
  @ParameterizedTest
  @FieldSource("dev.rollcall.rules.Form#INSTALLED")
  void everyObjectIsInTheNamespace(Form form) throws Exception {
    assertThat(Yaml.documents(form.yaml()))
        .filteredOn(it -> !it.path("kind").asText().equals("Namespace"))
        .hasSizeGreaterThan(10)
        .allSatisfy(
            it ->
                assertThat(it.at("/metadata/namespace").asText())
                    .as(it.path("kind").asText() + " " + it.at("/metadata/name").asText())
                    .isEqualTo(form.equals(Form.DEV) ? "rollcall-dev" : "rollcall"));
  }

  @Test
  void everyComponentIsInAForm() throws IOException {
    try (var components = Files.list(Checkout.file("k8s/components"))) {
      assertThat(components.map(it -> it.getFileName().toString()))
          .allMatch(
              it ->
                  Form.ALL.stream().anyMatch(form -> form.components().contains(it))
                      || it.equals("issuer-key"));
    }
  }

  @Test
  void aWordOfKustomizeThatIsNotKnownHereIsRefused() throws IOException {
    write("kustomization.yaml", "namePrefix: blue-");
    assertThatThrownBy(() -> Kustomize.build(folder)).hasMessageContaining("namePrefix");
  }

  @Test
  void aPatchOfNothingIsRefused() throws IOException {
    write("kustomization.yaml", "patches: [{path: patch.yaml}]");
    write("patch.yaml", "kind: Service\nmetadata: {name: absent}");
    assertThatThrownBy(() -> Kustomize.build(folder)).hasMessageContaining("patch of nothing");
  }

  @Test
  void anObjectThatIsThereTwiceIsRefused() throws IOException {
    write("kustomization.yaml", "resources: [one.yaml, one.yaml]");
    write("one.yaml", "kind: Service\nmetadata: {name: one}");
    assertThatThrownBy(() -> Kustomize.build(folder)).hasMessageContaining("is there twice");
  }

  @Test
  void whatAPatchTakesAwayMustBeThere() throws IOException {
    write("kustomization.yaml", "resources: [one.yaml]\npatches: [{path: patch.yaml}]");
    write("one.yaml", "kind: Service\nmetadata: {name: one}\nvolumes: [{name: a}, {name: b}]");
    write(
        "patch.yaml", "kind: Service\nmetadata: {name: one}\nvolumes: [{name: a, $patch: delete}]");
    assertThat(Kustomize.build(folder).get(0).get("volumes")).hasSize(1);

    write(
        "patch.yaml", "kind: Service\nmetadata: {name: one}\nvolumes: [{name: c, $patch: delete}]");
    assertThatThrownBy(() -> Kustomize.build(folder)).hasMessageContaining("not there");
  }

  private void write(String name, String yaml) throws IOException {
    Files.writeString(folder.resolve(name), yaml);
  }

  private static Map<String, String> byName(List<JsonNode> objects) {
    return objects.stream()
        .collect(
            Collectors.toMap(
                it -> it.path("kind").asText() + " " + it.at("/metadata/name").asText(),
                it -> Yaml.text(List.of(ordered(it))),
                (one, other) -> one,
                TreeMap::new));
  }

  /** Lists in one order, and text without the line breaks that kubectl puts into secrets. */
  private static JsonNode ordered(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode result = JsonNodeFactory.instance.objectNode();
      object.properties().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(it -> result.set(it.getKey(), ordered(it.getValue())));
      return result;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode result = JsonNodeFactory.instance.arrayNode();
      StreamSupport.stream(array.spliterator(), false)
          .map(KustomizeTest::ordered)
          .sorted(Comparator.comparing(JsonNode::toString))
          .forEach(result::add);
      return result;
    }
    return node.isTextual() ? TextNode.valueOf(node.asText().replace("\n", "")) : node;
  }
}

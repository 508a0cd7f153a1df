package dev.rollcall.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceImageTest {
  @TempDir private Path folder;

  private Path module;
  private ServiceImage image;

  @BeforeEach
  void prepare() throws Exception {
    Sample sample = new Sample(folder);
    module = sample.module();
    image = new ServiceImage(module, sample.base(), "1.2.3");
  }

  @Test
  void twoBuildsOfTheSameAreTheSame() throws Exception {
    String first = image.write(folder.resolve("first.tar"), Optional.empty());
    for (Path file : files(module)) {
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
    }
    String second = image.write(folder.resolve("second.tar"), Optional.empty());

    assertThat(second).isEqualTo(first).startsWith("sha256:");
    assertThat(folder.resolve("second.tar")).hasSameBinaryContentAs(folder.resolve("first.tar"));
  }

  @Test
  void anotherServiceIsAnotherImage() throws Exception {
    String first = image.write(folder.resolve("first.tar"), Optional.empty());
    Sample.file(module.resolve("target/sample-service.jar"), "a better service");

    assertThat(image.write(folder.resolve("second.tar"), Optional.empty())).isNotEqualTo(first);
  }

  @Test
  void itRunsAsNobodyAndSaysWhatItIs() throws Exception {
    JsonNode config = config(written(Optional.empty())).get("config");

    assertThat(config.get("User").asText()).isEqualTo("65532:65532");
    assertThat(config.get("Entrypoint").toString())
        .isEqualTo(
            "[\"java\",\"--sun-misc-unsafe-memory-access=allow\",\"-jar\","
                + "\"/app/sample-service.jar\"]");
    assertThat(config.get("ExposedPorts").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("8080/tcp", "9090/tcp", "5701/tcp", "5801/tcp");
    assertThat(config.get("Labels").toString())
        .contains("\"org.opencontainers.image.title\":\"sample-service\"")
        .contains("\"org.opencontainers.image.version\":\"1.2.3\"")
        .contains("\"org.opencontainers.image.licenses\":\"Apache-2.0\"");
  }

  @Test
  void whatChangesSeldomLiesBelowWhatChangesOften() throws Exception {
    Path archive = Sample.file(folder.resolve("classes.jsa"), "classes");

    assertThat(layers(written(Optional.of(archive))))
        .containsExactly(
            List.of("bin/java"),
            List.of("app/lib/vertx-core-5.jar"),
            List.of("app/lib/shared-1.jar"),
            List.of("app/sample-service.jar"),
            List.of("app/classes.jsa"));
  }

  @Test
  void theJvmIsToldOfArchivedClasses() throws Exception {
    Path archive = Sample.file(folder.resolve("classes.jsa"), "classes");

    assertThat(config(written(Optional.of(archive))).at("/config/Entrypoint").toString())
        .contains("\"-XX:SharedArchiveFile=/app/classes.jsa\"");
  }

  @Test
  void aModuleThatIsNotBuiltIsSaidToBeSo() throws IOException {
    Files.delete(module.resolve("target/sample-service.jar"));

    assertThatThrownBy(() -> new ServiceImage(module, image.base(), "1"))
        .hasMessageStartingWith("not built: ");
  }

  /** The layout of the archive, unpacked. */
  private Path written(Optional<Path> archive) throws Exception {
    Path file = folder.resolve("image.tar");
    image.write(file, archive);
    Path layout = Files.createDirectory(folder.resolve("layout"));
    Command.run("tar", "-xf", file.toString(), "-C", layout.toString());
    return layout;
  }

  private static JsonNode config(Path layout) throws IOException {
    return json(layout, manifest(layout).at("/config/digest"));
  }

  private static JsonNode manifest(Path layout) throws IOException {
    JsonNode index = new ObjectMapper().readTree(layout.resolve("index.json").toFile());
    return json(layout, index.at("/manifests/0/digest"));
  }

  private static List<List<String>> layers(Path layout) throws Exception {
    List<List<String>> layers = new ArrayList<>();
    for (JsonNode layer : manifest(layout).get("layers")) {
      String listed = Command.run("tar", "-tf", blob(layout, layer.get("digest")).toString());
      layers.add(
          listed
              .lines()
              .map(name -> name.replaceFirst("^\\./", ""))
              .filter(name -> !name.isEmpty() && !name.endsWith("/"))
              .toList());
    }
    return layers;
  }

  private static JsonNode json(Path layout, JsonNode digest) throws IOException {
    return new ObjectMapper().readTree(blob(layout, digest).toFile());
  }

  private static Path blob(Path layout, JsonNode digest) {
    return layout.resolve("blobs").resolve(digest.asText().replace(':', '/'));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> content = Files.walk(folder)) {
      return content.filter(Files::isRegularFile).toList();
    }
  }
}

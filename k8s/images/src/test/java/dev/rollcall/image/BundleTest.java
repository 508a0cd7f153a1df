package dev.rollcall.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
  @TempDir private Path folder;

  @Test
  void anImageIsUnpackedWithWhatItRuns() throws Exception {
    Sample sample = new Sample(folder);
    ServiceImage image = new ServiceImage(sample.module(), sample.base(), "1");
    image.write(folder.resolve("image.tar"), Optional.empty());

    Bundle bundle = Bundle.unpack(folder.resolve("image.tar"), folder.resolve("bundle"));

    assertThat(bundle.entrypoint()).isEqualTo(image.entrypoint(false));
    assertThat(folder.resolve("bundle/environment")).hasContent("PATH=/bin");
    assertThat(folder.resolve("bundle/rootfs/bin/java")).hasContent("a JRE");
    Path jar = folder.resolve("bundle/rootfs/app/sample-service.jar");
    assertThat(jar).hasContent("the service");
    // The JVM takes classes only of the very file that they were archived of.
    assertThat(Files.getLastModifiedTime(jar).toMillis()).isEqualTo(1_000);
  }

  @Test
  void aLayerRemovesWhatLayersBelowHave() throws Exception {
    layer("1", "etc/kept", "etc/removed", "opt/old/file", "opt/old/more");
    layer("2", "etc/.wh.removed", "opt/.wh.old", "etc/added");

    assertThat(unpacked("1", "2")).isEqualTo("etc/added etc/kept");
  }

  @Test
  void anOpaqueFolderHidesWhatIsBelow() throws Exception {
    layer("1", "etc/old", "opt/kept");
    layer("2", "etc/.wh..wh..opq", "etc/new");

    assertThat(unpacked("1", "2")).isEqualTo("etc/new opt/kept");
  }

  @Test
  void nothingOutsideOfTheImageIsRemoved() throws Exception {
    Path victim = Sample.file(folder.resolve("victim"), "mine");
    Path evil = Sample.file(folder.resolve("1/x/.wh.victim"), "");
    Command.run(
        "tar",
        "-cf",
        blob("1").toString(),
        "-P",
        "--transform=s,.*,../../.wh.victim,",
        evil.toString());

    assertThatThrownBy(() -> unpacked("1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reaches out");
    assertThat(victim).exists();
  }

  private void layer(String name, String... files) throws Exception {
    for (String file : files) {
      Sample.file(folder.resolve(name).resolve(file), name);
    }
    Sample.tar(blob(name), folder.resolve(name), ".");
  }

  /** The names of all files of an image of these layers. */
  private String unpacked(String... layers) throws Exception {
    String listed =
        Stream.of(layers)
            .map(layer -> "{\"digest\":\"sha256:" + layer + "\"}")
            .collect(Collectors.joining(","));
    Sample.file(blob("config"), "{\"config\":{}}");
    Sample.file(
        blob("manifest"),
        "{\"config\":{\"digest\":\"sha256:config\"},\"layers\":[" + listed + "]}");
    Sample.file(
        folder.resolve("layout/index.json"), "{\"manifests\":[{\"digest\":\"sha256:manifest\"}]}");
    Path archive = folder.resolve("image.tar");
    Sample.tar(archive, folder.resolve("layout"), ".");
    Path root = folder.resolve("bundle/rootfs");
    Bundle.unpack(archive, folder.resolve("bundle"));
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .collect(Collectors.joining(" "));
    }
  }

  private Path blob(String name) throws IOException {
    return Files.createDirectories(folder.resolve("layout/blobs/sha256")).resolve(name);
  }
}

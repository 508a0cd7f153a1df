package dev.rollcall.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * An image, unpacked to be run: its files in {@code rootfs}, what it runs in {@code entrypoint} and
 * with which variables in {@code environment}, a line each.
 */
record Bundle(Path folder) {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  /** Unpacks an OCI archive into a folder, and replaces what another left there. */
  static Bundle unpack(Path archive, Path folder) throws IOException, InterruptedException {
    Path root = folder.resolve("rootfs");
    Scratch.delete(root);
    Files.createDirectories(root);
    try (Scratch scratch = new Scratch()) {
      Path layout = scratch.folder();
      Command.run("tar", "-xf", archive.toString(), "-C", layout.toString());
      JsonNode index = new ObjectMapper().readTree(layout.resolve("index.json").toFile());
      JsonNode manifest = json(layout, index.at("/manifests/0/digest"));
      for (JsonNode layer : manifest.get("layers")) {
        apply(blob(layout, layer.get("digest")), root);
      }
      JsonNode config = json(layout, manifest.at("/config/digest")).get("config");
      Files.write(folder.resolve("entrypoint"), words(config.path("Entrypoint")));
      Files.write(folder.resolve("environment"), words(config.path("Env")));
    }
    return new Bundle(folder);
  }

  List<String> entrypoint() throws IOException {
    return Files.readAllLines(folder.resolve("entrypoint"));
  }

  /** What a layer removes goes first, then what it has is put over the layers below. */
  private static void apply(Path layer, Path root) throws IOException, InterruptedException {
    for (String entry : Command.run("tar", "-tf", layer.toString()).lines().toList()) {
      Path path = root.resolve(entry).normalize();
      String name = path.getFileName().toString();
      if (!name.startsWith(WHITEOUT)) {
        continue;
      }
      if (!path.startsWith(root)) {
        throw new IOException("a layer reaches out of the image: " + entry);
      }
      if (name.equals(OPAQUE)) {
        Scratch.delete(path.getParent());
        Files.createDirectories(path.getParent());
      } else {
        Scratch.delete(path.resolveSibling(name.substring(WHITEOUT.length())));
      }
    }
    Command.run(
        "tar",
        "-xpf",
        layer.toString(),
        "-C",
        root.toString(),
        "--numeric-owner",
        "--exclude=" + WHITEOUT + "*");
  }

  private static JsonNode json(Path layout, JsonNode digest) throws IOException {
    return new ObjectMapper().readTree(blob(layout, digest).toFile());
  }

  private static Path blob(Path layout, JsonNode digest) {
    return layout.resolve("blobs").resolve(digest.asText().replace(':', '/'));
  }

  private static List<String> words(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}

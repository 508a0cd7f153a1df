package dev.rollcall.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The commands of {@code k8s/images}: a base made of this machine's packages and JDK, and images of
 * services over it, unpacked and run.
 *
 * @param folder where all that is made is put
 */
record Images(Path folder) {
  private static final Path COMMANDS = Installation.aroundHere().root().resolve("k8s/images");
  private static final Path JDKS = Path.of("/usr/lib/jvm");
  private static final String FIRST_VERSION = "JAVA_VERSION=\"25";

  /** Returns what is missing for images to be made and run, if anything. */
  static Optional<String> missing() {
    if (jdk().isEmpty()) {
      return Optional.of("no JDK 25 in JAVA_HOME or " + JDKS);
    }
    for (String command : List.of("dpkg-query --version", "unshare --mount true")) {
      try {
        run(List.of(command.split(" ", -1)));
      } catch (IOException failed) {
        return Optional.of(failed.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Makes a base to build over. */
  Path base() throws IOException {
    Path base = folder.resolve("base.tar");
    run(List.of(command("base"), "--jdk", jdk().orElseThrow().toString(), "--out", text(base)));
    return base;
  }

  /**
   * Builds an image of a service and unpacks it.
   *
   * @param classes a folder with a list of its classes, or without
   * @return the folder that it is unpacked in
   */
  Path bundle(Path base, String service, Path classes) throws IOException {
    List<String> build = new ArrayList<>(List.of(command("build"), "--no-build"));
    build.addAll(List.of("--base", text(base), "--out", text(folder)));
    build.addAll(List.of("--classes", text(classes), service));
    run(build);
    Path bundle = folder.resolve(service);
    unpack(folder.resolve(service + ".tar"), bundle);
    return bundle;
  }

  /** Unpacks an archive into a folder to run it. */
  static void unpack(Path archive, Path bundle) throws IOException {
    run(List.of(command("build"), "--unpack", text(archive), text(bundle)));
  }

  /** Returns the words that run what was unpacked, with a folder that is its {@code /tmp}. */
  static List<String> running(Path bundle, Path tmp) {
    return List.of(command("run"), text(bundle), "--tmp", text(tmp));
  }

  /** Returns the words that run others in what was unpacked. */
  static List<String> running(Path bundle, List<String> words) {
    List<String> all = new ArrayList<>(List.of(command("run"), text(bundle)));
    all.addAll(words);
    return all;
  }

  private static String command(String name) {
    return COMMANDS.resolve(name).toString();
  }

  private static String text(Path path) {
    return path.toAbsolutePath().toString();
  }

  /** The one that runs this, if it is new enough, or the first that is. */
  private static Optional<Path> jdk() {
    Path own = Path.of(System.getProperty("java.home"));
    try (Stream<Path> installed = Files.isDirectory(JDKS) ? Files.list(JDKS) : Stream.empty()) {
      return Stream.concat(Stream.of(own), installed.sorted()).filter(Images::links).findFirst();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static boolean links(Path jdk) {
    try {
      return Files.isExecutable(jdk.resolve("bin").resolve("jlink"))
          && Files.readString(jdk.resolve("release")).contains(FIRST_VERSION);
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static void run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said.strip());
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stop);
    }
  }
}

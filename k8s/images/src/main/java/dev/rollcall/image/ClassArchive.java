package dev.rollcall.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The classes of a service as the JVM has them in memory once it has loaded and linked them, so
 * that it need not do so at every start. Made by the image's own JVM of the image's own files, or
 * it would not be taken; of a list of classes that a run of the service has written. It is made
 * twice, see {@link Dump}.
 */
record ClassArchive(Path runner, Bundle bundle) {
  private static final List<String> DUMP =
      List.of(
          "-Xshare:dump",
          "-XX:+AOTClassLinking",
          // As in a pod, which is small. An archive of it serves the other collectors but ZGC too.
          "-XX:+UseSerialGC",
          "-Xmx512m",
          "-XX:SharedClassListFile=/tmp/classes",
          "-XX:SharedArchiveFile=/tmp/classes.jsa");

  /**
   * Tells whether the image can be run here: that takes root, Linux and its own processor.
   *
   * @return why not, or nothing
   */
  Optional<String> obstacle() throws InterruptedException {
    try {
      Command.run(runner.toString(), bundle.folder().toString(), "java", "-version");
      return Optional.empty();
    } catch (IOException failed) {
      return Optional.of(failed.getMessage());
    }
  }

  /**
   * Makes it.
   *
   * @param classes as {@code -XX:DumpLoadedClassList} writes it
   * @param folder where it is put
   */
  Path make(Path classes, Path folder) throws IOException, InterruptedException {
    Dump first = dump(classes, Files.createDirectories(folder.resolve("first")));
    Dump second = dump(classes, Files.createDirectories(folder.resolve("second")));
    Path made = folder.resolve("classes.jsa");
    Files.write(made, first.settled(second).array());
    return made;
  }

  private Dump dump(Path classes, Path folder) throws IOException, InterruptedException {
    // The image's user is nobody here.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.copy(classes, folder.resolve("classes"));
    List<String> entrypoint = bundle.entrypoint();
    List<String> words = new ArrayList<>();
    words.add(runner.toString());
    words.addAll(List.of(bundle.folder().toString(), "--tmp", folder.toString()));
    words.add(entrypoint.get(0));
    words.addAll(DUMP);
    words.addAll(entrypoint.subList(1, entrypoint.size()));
    long from = nowMillis();
    Command.run(words);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("classes.jsa")));
    return new Dump(bytes, from, nowMillis());
  }

  /** The clock that the JVM gives to soft references. */
  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }
}

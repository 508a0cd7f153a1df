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
 * until two are the same, see {@link Dump}.
 */
record ClassArchive(Path runner, Bundle bundle) {
  /** One in many is different: the JVM's own threads may come first in what is numbered. */
  private static final int MOST_DUMPS = 5;

  private static final List<String> DUMP =
      List.of(
          "-Xshare:dump",
          "-XX:+AOTClassLinking",
          // As in a pod, which is small. An archive of it serves the other collectors but ZGC too.
          "-XX:+UseSerialGC",
          // No collection and no compiler, so that what threads of theirs do is in no dump.
          "-Xint",
          "-Xms1g",
          "-Xmx1g",
          "-Xmn800m",
          "-XX:MetaspaceSize=512m",
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
    List<Dump> dumps = new ArrayList<>();
    while (dumps.size() < MOST_DUMPS) {
      Dump next = dump(classes, Files.createDirectories(folder.resolve("dump" + dumps.size())));
      for (Dump earlier : dumps) {
        Optional<ByteBuffer> same = earlier.settled(next);
        if (same.isPresent()) {
          return Files.write(folder.resolve("classes.jsa"), same.get().array());
        }
      }
      dumps.add(next);
    }
    throw new IOException("no two of " + MOST_DUMPS + " dumps of " + classes + " are the same");
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

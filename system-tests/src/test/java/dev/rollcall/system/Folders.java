package dev.rollcall.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders that a test fills. */
final class Folders {
  private Folders() {}

  /** Returns the folder without what an earlier run left in it. */
  static Path empty(Path path) {
    Path folder = path.toAbsolutePath();
    if (!Files.exists(folder)) {
      return folder;
    }
    try (Stream<Path> content = Files.walk(folder)) {
      List<Path> deepestFirst = content.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.delete(each);
      }
      return folder;
    } catch (IOException failure) {
      throw new IllegalStateException("cannot empty " + folder, failure);
    }
  }
}

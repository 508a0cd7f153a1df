package dev.rollcall.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Another program, run to its end. */
final class Command {
  private Command() {}

  /**
   * Returns what it wrote.
   *
   * @throws IOException with what it said, when there is no such program or it fails
   */
  static String run(String... words) throws IOException, InterruptedException {
    return run(List.of(words));
  }

  static String run(List<String> words) throws IOException, InterruptedException {
    Path complaints = Files.createTempFile("rollcall-image", ".err");
    try {
      Process process = new ProcessBuilder(words).redirectError(complaints.toFile()).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        String all = (said + Files.readString(complaints)).strip();
        throw new IOException(String.join(" ", words) + " ended with " + code + ": " + all);
      }
      return said;
    } finally {
      Files.delete(complaints);
    }
  }
}

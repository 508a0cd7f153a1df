package dev.rollcall.system.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The lines of the pods' logs at which somebody would be woken. */
final class Complaints {
  private static final Pattern ERROR = Pattern.compile("^\\S+ ERROR .*");

  private final Path folder;
  private final Map<Path, Long> read = new HashMap<>();

  Complaints(Path folder) {
    this.folder = folder;
  }

  /** Returns those that have come since the last call, each with the log that it is in. */
  List<String> more() throws IOException {
    List<String> lines = new ArrayList<>();
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*.log")) {
      for (Path log : logs) {
        appended(log)
            .lines()
            .filter(line -> ERROR.matcher(line).matches())
            .forEach(line -> lines.add(log.getFileName() + ": " + line));
      }
    }
    return lines;
  }

  /** A line that is half written is whole the next time. */
  private String appended(Path log) throws IOException {
    long from = read.getOrDefault(log, 0L);
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] more = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(more);
      int whole = more.length;
      while (whole > 0 && more[whole - 1] != '\n') {
        whole--;
      }
      read.put(log, from + whole);
      return new String(more, 0, whole, StandardCharsets.UTF_8);
    }
  }
}

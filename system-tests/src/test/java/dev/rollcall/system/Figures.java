package dev.rollcall.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** What the tests measured while they ran, a line each in {@code target/presence-figures.txt}. */
final class Figures {
  private static final Path FILE = Path.of("target", "presence-figures.txt");

  static {
    // Those of an earlier run are no figures of this one.
    FILE.toFile().delete();
  }

  private Figures() {}

  static void write(String format, Object... values) throws IOException {
    String line = String.format(Locale.ROOT, format, values);
    System.out.println("figure: " + line);
    Files.writeString(FILE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}

package dev.rollcall.system;

import java.nio.file.Path;
import java.util.Locale;

/**
 * What {@code ./demo} was asked for.
 *
 * <p>The script has checked the words already, as it must before there is anything built to ask.
 */
record Options(Layout layout, Path data) {

  /**
   * Reads pairs such as {@code --chat 2}.
   *
   * @throws IllegalArgumentException for a word or a number that the script should have refused
   */
  static Options of(String... args) {
    Layout layout = Layout.standard();
    Path data = Path.of(".rollcall");
    for (int i = 0; i + 1 < args.length; i += 2) {
      String value = args[i + 1];
      switch (args[i]) {
        case "--data" -> data = Path.of(value);
        case "--port-offset" -> layout = layout.at(Integer.parseInt(value));
        default -> layout = layout.with(kind(args[i]), Integer.parseInt(value));
      }
    }
    return new Options(layout, data);
  }

  private static Kind kind(String option) {
    return Kind.valueOf(option.replaceFirst("^--", "").toUpperCase(Locale.ROOT));
  }
}

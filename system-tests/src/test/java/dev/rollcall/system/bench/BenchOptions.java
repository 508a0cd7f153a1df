package dev.rollcall.system.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The words of the command line: modes, and options with a value each. */
final class BenchOptions {
  private static final Set<String> NAMES =
      Set.of(
          "--runs",
          "--side",
          "--nodes",
          "--subs",
          "--pubs",
          "--window",
          "--rooms",
          "--rate",
          "--churn",
          "--conns",
          "--framing",
          "--nap-us",
          "--warmup",
          "--secs",
          "--flags");

  private static final String FLAGS = "-Xms64m -Xmx1g -XX:+UseSerialGC";

  private final List<String> modes = new ArrayList<>();
  private final Map<String, String> values = new HashMap<>();

  static BenchOptions parse(String... words) {
    BenchOptions options = new BenchOptions();
    for (int i = 0; i < words.length; i++) {
      if (!words[i].startsWith("--")) {
        options.modes.add(words[i]);
      } else if (!NAMES.contains(words[i]) || i + 1 == words.length) {
        throw new IllegalArgumentException(words[i] + " is no option, or has no value");
      } else {
        options.values.put(words[i], words[++i]);
      }
    }
    return options;
  }

  List<String> modes() {
    return List.copyOf(modes);
  }

  int number(String name, int otherwise) {
    return Integer.parseInt(values.getOrDefault(name, String.valueOf(otherwise)));
  }

  double decimal(String name, double otherwise) {
    return Double.parseDouble(values.getOrDefault(name, String.valueOf(otherwise)));
  }

  Duration seconds(String name, double otherwise) {
    return Duration.ofMillis((long) (decimal(name, otherwise) * 1_000));
  }

  Duration nap(int otherwiseMicros) {
    return Duration.ofNanos(number("--nap-us", otherwiseMicros) * 1_000L);
  }

  int runs() {
    return number("--runs", 3);
  }

  Framing framing() {
    return Framing.valueOf(values.getOrDefault("--framing", "raw").toUpperCase(Locale.ROOT));
  }

  /** Returns those to measure, in turns. */
  List<Side> sides() {
    String side = values.getOrDefault("--side", "both");
    return side.equals("both")
        ? List.of(Side.values())
        : List.of(Side.valueOf(side.toUpperCase(Locale.ROOT)));
  }

  List<String> flags() {
    return List.of(values.getOrDefault("--flags", FLAGS).split(" "));
  }
}

package dev.rollcall.system.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The words of the command line: modes, and options with a value each. */
final class BenchOptions {
  private static final String FLAGS = "-Xms64m -Xmx1g -XX:+UseSerialGC";

  static final String USAGE =
      """
      system-tests/bench bridge [MODE...] [OPTION VALUE...]

      fanout    deliveries a second of the server's CPU, as many messages as the windows let through
      single    the same, one message at a time
      latency   evenly paced at half of what Vert.x's bridge can do
      idle      memory of connections that are registered and get nothing
      connect   CPU of a connection until it is registered; many have come and gone before
      quiet     CPU of the seconds after many have registered on two nodes, and as many before
      cluster   fanout over two nodes while guests come and go, and what is lost: by members, and by
                guests from the acknowledgement of their register until they leave
      alloc     bytes that the server allocates for a delivery
      all       all of these, which is what no mode means too

      --runs N         of each side, in turns (3)
      --side S         vertx, rollcall or both (both)
      --framing F      raw or sockjs, both over WebSocket (raw)
      --nodes N        servers, which share the cores but one (1; quiet and cluster 2)
      --subs N         subscribers of each room (1000)
      --rooms N        topics (1)
      --pubs N         publishers of each room (4; single 1)
      --window N       messages of a publisher that may be under way (4)
      --rate N         messages a second of all publishers together, for latency, and for cluster
                       in place of the windows
      --churn N        guests who come in a second, for cluster (50)
      --conns N        connections of idle (10000), connect and quiet (5000)
      --nap-us N       sleep of the client after each batch of events (0; single 300)
      --warmup N       seconds before it is measured (8)
      --warmup-cpu N   CPU seconds that each server must have used by then (6)
      --secs N         seconds that are measured (8)
      --flags "..."    of the servers' virtual machines (-Xms64m -Xmx1g -XX:+UseSerialGC)
      """;

  private static final Pattern NAME = Pattern.compile("^(--[a-z-]+)", Pattern.MULTILINE);

  private static final Set<String> NAMES =
      NAME.matcher(USAGE).results().map(MatchResult::group).collect(Collectors.toSet());

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

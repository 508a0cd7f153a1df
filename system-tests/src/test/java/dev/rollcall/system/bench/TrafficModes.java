package dev.rollcall.system.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;

/** The modes that send messages: how many deliveries a server makes, and how soon. */
final class TrafficModes {
  private static final int SUBSCRIBERS = 1_000;

  private static final String[] THROUGHPUT = {
    "per CPU-s",
    "per s",
    "p50 ms",
    "p99 ms",
    "lost",
    "twice",
    "reordered",
    "errors",
    "server CPU",
    "client CPU",
    "others CPU"
  };

  private static final String[] CLUSTER =
      Stream.concat(Stream.of(THROUGHPUT), Stream.of("guests", "lost by them"))
          .toArray(String[]::new);

  private static final String[] LATENCY = {
    "p50 ms", "p99 ms", "max ms", "per s", "lost", "server CPU", "client CPU", "others CPU"
  };

  private final Machine machine;
  private final BenchOptions options;
  private final Tokens tokens;

  TrafficModes(Machine machine, BenchOptions options, Tokens tokens) {
    this.machine = machine;
    this.options = options;
    this.tokens = tokens;
  }

  /** What is the same for both sides and all runs. */
  private record Setting(int nodes, Crowd.Size size, Load load, Framing framing, Duration nap) {
    @Override
    public String toString() {
      return "%d node(s), %s, %s, %s, nap %d us"
          .formatted(nodes, size, framing, load, nap.toNanos() / 1_000);
    }
  }

  /** As many messages as the windows of the publishers let through. */
  void fanout() throws IOException, InterruptedException {
    Setting setting = setting(1, size(4), byWindow(), 0);
    measure("fanout", setting, TrafficModes::throughput, THROUGHPUT);
  }

  /** One message at a time: nothing can be put together with anything. */
  void single() throws IOException, InterruptedException {
    Load load = new Load(1, true, 0, 0, warmupCpuSeconds(), warmup(), time());
    measure("single", setting(1, size(1), load, 300), TrafficModes::throughput, THROUGHPUT);
  }

  /** Two nodes, while guests come and go. */
  void cluster() throws IOException, InterruptedException {
    double guests = options.decimal("--churn", 50);
    double rate = options.decimal("--rate", 0);
    measure(
        "cluster", setting(2, size(4), load(rate, guests), 0), TrafficModes::withGuests, CLUSTER);
    options.sides().stream()
        .filter(side -> !side.acknowledges())
        .forEach(
            side ->
                System.out.println(
                    "  %s acknowledges no register: nobody knows what its guests should get"
                        .formatted(side.title())));
  }

  /** What the server allocates for each delivery. */
  void alloc() throws IOException, InterruptedException {
    Setting setting = setting(1, size(4), byWindow(), 0);
    measure("alloc", setting, TrafficModes::allocation, "bytes each", "lost");
  }

  /** Evenly paced at half of what Vert.x's bridge can do: how long a message takes. */
  void latency() throws IOException, InterruptedException {
    double rate = options.decimal("--rate", 0);
    if (rate == 0) {
      Setting full = setting(1, size(4), byWindow(), 0);
      rate = run(Side.VERTX, full).perSecond() / full.size().subscribers() / 2;
    }
    measure("latency", setting(1, size(4), load(rate, 0), 0), TrafficModes::latencies, LATENCY);
  }

  private static Number[] throughput(Traffic.Result result) {
    return new Number[] {
      result.deliveries() / result.cpuSeconds(),
      result.perSecond(),
      result.millis(0.5),
      result.millis(0.99),
      result.lost(),
      result.duplicates(),
      result.reordered(),
      result.errors(),
      result.cpuSeconds() / result.seconds(),
      result.clientCpu(),
      result.othersCpu()
    };
  }

  private static Number[] withGuests(Traffic.Result result) {
    double lost = result.guests() == 0 ? Double.NaN : result.lostByGuests();
    return Stream.concat(Stream.of(throughput(result)), Stream.of(result.guests(), lost))
        .toArray(Number[]::new);
  }

  private static Number[] latencies(Traffic.Result result) {
    return new Number[] {
      result.millis(0.5),
      result.millis(0.99),
      result.millis(1),
      result.perSecond(),
      result.lost(),
      result.cpuSeconds() / result.seconds(),
      result.clientCpu(),
      result.othersCpu()
    };
  }

  private static Number[] allocation(Traffic.Result result) {
    return new Number[] {(double) result.allocatedBytes() / result.deliveries(), result.lost()};
  }

  private void measure(
      String mode, Setting setting, Function<Traffic.Result, Number[]> row, String... columns)
      throws IOException, InterruptedException {
    Table table = Table.of(mode + ": " + setting, columns);
    for (int run = 0; run < options.runs(); run++) {
      for (Side side : options.sides()) {
        try {
          Traffic.Result result = run(side, setting);
          table.add(side, row.apply(result));
          table.note(side, result.problem());
        } catch (IllegalStateException failed) {
          table.note(side, "no run: " + failed.getMessage());
        }
      }
    }
    table.end();
  }

  private Traffic.Result run(Side side, Setting setting) throws IOException, InterruptedException {
    try (Servers servers = Servers.start(side, setting.nodes(), machine, options.flags());
        Traffic traffic =
            new Traffic(
                servers,
                tokens,
                setting.size(),
                setting.framing(),
                setting.nap(),
                setting.load())) {
      return traffic.run();
    }
  }

  private Setting setting(int nodes, Crowd.Size size, Load load, int napMicros) {
    return new Setting(
        options.number("--nodes", nodes), size, load, options.framing(), options.nap(napMicros));
  }

  private Crowd.Size size(int publishers) {
    return new Crowd.Size(
        options.number("--rooms", 1),
        options.number("--subs", SUBSCRIBERS),
        options.number("--pubs", publishers));
  }

  private Load byWindow() {
    return load(0, 0);
  }

  /** Goes by the window if there is no rate. */
  private Load load(double messagesPerSecond, double guestsPerSecond) {
    int window = options.number("--window", 4);
    return new Load(
        window, false, messagesPerSecond, guestsPerSecond, warmupCpuSeconds(), warmup(), time());
  }

  private double warmupCpuSeconds() {
    return options.decimal("--warmup-cpu", 6);
  }

  private Duration warmup() {
    return options.seconds("--warmup", 8);
  }

  private Duration time() {
    return options.seconds("--secs", 8);
  }
}

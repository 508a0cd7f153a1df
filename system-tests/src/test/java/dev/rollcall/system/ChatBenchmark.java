package dev.rollcall.system;

import dev.rollcall.system.bench.Histogram;
import dev.rollcall.system.bench.RoomLoad;
import dev.rollcall.system.bench.RoomLoad.Figures;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One room with a hundred clients on two instances: how long a message takes from its sending to
 * each of them, and how long somebody who comes back waits for what they missed. The processes are
 * those of the demo with its flags, the clients are in this one.
 */
final class ChatBenchmark {
  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final double NANOS_A_MILLI = 1e6;

  /** As many as are replayed. */
  private static final int MISSED = 1_000;

  private static final int WARM_UP_RETURNS = 100;

  private final Vertx vertx = Vertx.vertx();
  private final Deployment system;
  private final List<Integer> ports;
  private final UserTokens tokens;

  private ChatBenchmark(Deployment system) {
    this.system = system;
    ports = system.layout().instances(Kind.CHAT).stream().map(Instance::httpPort).toList();
    tokens = UserTokens.of(vertx, system);
  }

  /** {@code [--rate 1000] [--clients 100] [--seconds 20] [--runs 5] [--returns 300]}. */
  public static void main(String[] args) throws Exception {
    Words words = Words.of(args, "--rate", "--clients", "--seconds", "--runs", "--returns");
    Layout layout =
        Layout.standard().with(Kind.CHAT, 2).with(Kind.ORDERS, 0).with(Kind.DASHBOARD, 0);
    ChatBenchmark benchmark = new ChatBenchmark(OwnSystem.startLasting("chat-bench", layout));
    try {
      benchmark.measureDeliveries(
          (int) words.number("--rate", 1_000),
          (int) words.number("--clients", 100),
          Duration.ofSeconds(words.number("--seconds", 20)),
          (int) words.number("--runs", 5));
      benchmark.measureReturns((int) words.number("--returns", 300));
    } finally {
      benchmark.close();
    }
    System.exit(0);
  }

  private void measureDeliveries(int rate, int clients, Duration length, int runs)
      throws Exception {
    try (RoomLoad load = new RoomLoad(ports, this::token, "bench")) {
      load.enter(clients);
      load.post(rate, WARM_UP);
      System.out.printf(
          "%-12s %10s %12s %8s %8s %8s %8s %8s%n",
          "to " + clients, "messages/s", "deliveries/s", "p50 ms", "p99", "max", "answered", "p99");
      List<double[]> rows = new ArrayList<>();
      for (int run = 1; run <= runs; run++) {
        rows.add(row(load.post(rate, length), clients, length));
        print("run " + run, rows.get(run - 1));
        if (!load.problem().isEmpty()) {
          System.out.println("  " + load.problem());
        }
      }
      print("median", medians(rows));
    }
  }

  private static double[] row(Figures figures, int clients, Duration length) {
    if (figures.answered() < figures.posted()
        || figures.delivered() != figures.answered() * clients) {
      System.out.printf(
          "  of %,d posted %,d were answered, and %,d delivered%n",
          figures.posted(), figures.answered(), figures.delivered());
    }
    double seconds = length.toNanos() / 1e9;
    return new double[] {
      figures.answered() / seconds,
      figures.delivered() / seconds,
      figures.deliveryNanos().quantile(0.5) / NANOS_A_MILLI,
      figures.deliveryNanos().quantile(0.99) / NANOS_A_MILLI,
      figures.deliveryNanos().max() / NANOS_A_MILLI,
      figures.answerNanos().quantile(0.5) / NANOS_A_MILLI,
      figures.answerNanos().quantile(0.99) / NANOS_A_MILLI
    };
  }

  /** Others are in the room meanwhile, as they are where messages come. */
  private void measureReturns(int returns) throws Exception {
    try (RoomLoad load = new RoomLoad(ports, this::token, "returns")) {
      load.enter(ports.size());
      load.post(MISSED / 4, Duration.ofSeconds(4));
      load.recover(0, MISSED, WARM_UP_RETURNS);
      Histogram nanos = load.recover(0, MISSED, returns);
      System.out.printf(
          Locale.ROOT,
          "%n%,d returns that have missed %,d messages, until all are there and it is acknowledged:"
              + " p50 %.1f, p99 %.1f, max %.1f ms%n",
          returns,
          MISSED,
          nanos.quantile(0.5) / NANOS_A_MILLI,
          nanos.quantile(0.99) / NANOS_A_MILLI,
          nanos.max() / NANOS_A_MILLI);
    }
  }

  private String token(int user) {
    return tokens.of("user-" + user);
  }

  private static double[] medians(List<double[]> rows) {
    double[] medians = new double[rows.get(0).length];
    for (int i = 0; i < medians.length; i++) {
      int column = i;
      double[] sorted = rows.stream().mapToDouble(row -> row[column]).sorted().toArray();
      medians[i] = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
    return medians;
  }

  private static void print(String name, double[] row) {
    StringBuilder line = new StringBuilder("%-12s".formatted(name));
    int[] widths = {10, 12, 8, 8, 8, 8, 8};
    String[] formats = {"%,.0f", "%,.0f", "%.1f", "%.1f", "%.1f", "%.1f", "%.1f"};
    for (int i = 0; i < row.length; i++) {
      String number = String.format(Locale.ROOT, formats[i], row[i]);
      line.append(' ').append(("%" + widths[i] + "s").formatted(number));
    }
    System.out.println(line);
  }

  private void close() throws Exception {
    PresenceCluster.await(vertx.close());
    system.close();
  }
}

package dev.rollcall.system;

import dev.rollcall.system.Kills.Aim;
import dev.rollcall.system.Kills.Hits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Orders while instances of orders-service are killed. What is aimed at whom and what is ordered
 * follows from the seed; what the processes do meanwhile does not. At last, when nobody orders any
 * more, all are killed once more, and leave an order that nobody's commit takes along.
 *
 * @param instances of orders-service; with an even seed there is one, whom nobody helps
 * @param waitSeconds from an order to the hearing of it, at most
 */
record OrdersKillRun(
    long seed,
    int instances,
    Hits hits,
    int orders,
    int refused,
    long announced,
    long repeats,
    double waitSeconds,
    List<String> faults) {

  private static final int MOST_PAUSE_MILLIS = 1_500;

  static final String COLUMNS =
      "%6s %9s %6s %10s %7s %8s %8s %10s %8s %9s %7s"
          .formatted(
              "seed",
              "instances",
              "kills",
              "unnumbered",
              "unsaid",
              "orders",
              "refused",
              "announced",
              "repeats",
              "longest s",
              "faults");

  /** Runs it; some 50 s. */
  static OrdersKillRun of(long seed) throws Exception {
    Random random = new Random(seed);
    int instances = 1 + (int) (seed & 1);
    OrdersRun run = OrdersRun.start("orders-kill", instances, answer -> {});
    try {
      Kills kills = new Kills(run.system(), run.instances(), run.topic(), random);
      Hits hits = strike(run, kills, seed, random);
      List<String> faults = new ArrayList<>(run.faults());
      hits = hits.and(kills.strikeAfter(() -> run.records().leaveAnOrder()));
      faults.addAll(run.faults());
      return result(seed, run, hits, faults);
    } finally {
      run.close();
    }
  }

  private static Hits strike(OrdersRun run, Kills kills, long seed, Random random)
      throws Exception {
    run.begin(seed);
    Hits hits = Hits.NONE;
    for (Aim aim : aims(random)) {
      Eventually.pass(Duration.ofMillis(random.nextInt(MOST_PAUSE_MILLIS)));
      hits = hits.and(kills.strike(aim));
      run.awaitOrders(50);
    }
    run.end();
    return hits;
  }

  private static List<Aim> aims(Random random) {
    List<Aim> aims = new ArrayList<>(List.of(Aim.values()));
    aims.add(aims.get(random.nextInt(aims.size())));
    Collections.shuffle(aims, random);
    return aims;
  }

  private static OrdersKillRun result(long seed, OrdersRun run, Hits hits, List<String> faults)
      throws Exception {
    return new OrdersKillRun(
        seed,
        run.instances().size(),
        hits,
        (int) run.records().count(),
        run.customers().refused().size(),
        run.topic().records().last(),
        run.topic().repeats(),
        run.longestWaitSeconds(),
        faults);
  }

  String row() {
    return "%6d %9d %6d %10d %7d %8d %8d %10d %8d %9.1f %7d"
        .formatted(
            seed,
            instances,
            hits.kills(),
            hits.unnumbered(),
            hits.unsaid(),
            orders,
            refused,
            announced,
            repeats,
            waitSeconds,
            faults.size());
  }

  /** {@code [--runs 20] [--seed N]}: a row for each run; exits with 1 where there is a fault. */
  public static void main(String[] args) throws Exception {
    Words words = Words.of(args, "--runs", "--seed");
    long first = words.number("--seed", TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) % 100_000);
    long runs = words.number("--runs", 20);
    System.out.println(COLUMNS);
    boolean faulty = false;
    for (long seed = first; seed < first + runs; seed++) {
      OrdersKillRun run = of(seed);
      System.out.println(run.row());
      run.faults().forEach(fault -> System.out.println("       " + fault));
      faulty |= !run.faults().isEmpty();
    }
    System.exit(faulty ? 1 : 0);
  }
}

package dev.rollcall.system;

import dev.rollcall.system.Kills.Aim;
import dev.rollcall.system.Kills.Hits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Orders while instances of orders-service are killed. What is aimed at whom and what is ordered
 * follows from the seed; what the processes do meanwhile does not. Where one is left an order for
 * certain, it is at last, when nobody orders any more whose commit would take it along. Then all
 * that was ever ordered in the system is looked at, so a fault stays one in the runs that follow.
 *
 * @param instances of orders-service
 * @param waitSeconds from an order to the hearing of it, at most
 */
record OrdersKillRun(
    long seed,
    int instances,
    Hits hits,
    long orders,
    int refused,
    long announced,
    long repeats,
    double waitSeconds,
    List<String> faults) {

  private static final int MOST_PAUSE_MILLIS = 500;

  /** What there was of all before a run. */
  private record Before(long orders, int refused, long announced, long repeats, int heard) {
    static Before of(OrdersRun run) throws Exception {
      return new Before(
          run.records().count(),
          run.customers().refused().size(),
          run.topic().records().last(),
          run.topic().repeats(),
          run.topic().heard().size());
    }
  }

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

  /**
   * Runs it; some 5 s and 5 s for each kill, where the machine has nothing else to do.
   *
   * @param aims whom to kill where, in an order that follows from the seed
   */
  static OrdersKillRun of(long seed, OrdersRun run, Collection<Aim> aims) throws Exception {
    Random random = new Random(seed);
    Before before = Before.of(run);
    Kills kills = new Kills(run.system(), run.instances(), run.topic(), random);
    run.begin(seed);
    Hits hits = strike(run, kills, aims, random);
    run.end();
    if (aims.contains(Aim.CERTAIN)) {
      hits = hits.and(kills.strikeAfter(() -> run.records().leaveAnOrder()));
    }
    return result(seed, run, hits, run.faults(), before);
  }

  private static Hits strike(OrdersRun run, Kills kills, Collection<Aim> aims, Random random)
      throws Exception {
    Hits hits = Hits.NONE;
    List<Aim> shuffled = new ArrayList<>(aims);
    shuffled.remove(Aim.CERTAIN);
    Collections.shuffle(shuffled, random);
    for (Aim aim : shuffled) {
      Eventually.pass(Duration.ofMillis(random.nextInt(MOST_PAUSE_MILLIS)));
      hits = hits.and(kills.strike(aim));
      run.awaitOrders(50);
    }
    return hits;
  }

  private static OrdersKillRun result(
      long seed, OrdersRun run, Hits hits, List<String> faults, Before before) throws Exception {
    Before after = Before.of(run);
    return new OrdersKillRun(
        seed,
        run.instances().size(),
        hits,
        after.orders - before.orders,
        after.refused - before.refused,
        after.announced - before.announced,
        after.repeats - before.repeats,
        run.longestWaitSeconds(before.heard),
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

  /**
   * {@code [--runs 20] [--seed N]}: a row for each run. Half of them are on a system with one
   * instance, whom nobody helps, the others on one with two. Ends at a fault, with 1.
   */
  public static void main(String[] args) throws Exception {
    Words words = Words.of(args, "--runs", "--seed");
    long seed = words.number("--seed", TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) % 100_000);
    long runs = words.number("--runs", 20);
    System.out.println(COLUMNS);
    boolean well = several(1, seed, runs / 2) && several(2, seed + runs / 2, runs - runs / 2);
    System.exit(well ? 0 : 1);
  }

  private static boolean several(int instances, long firstSeed, long runs) throws Exception {
    OrdersRun system = OrdersRun.start("orders-kill", instances, answer -> {});
    try {
      boolean well = true;
      for (long seed = firstSeed; seed < firstSeed + runs && well; seed++) {
        OrdersKillRun run = of(seed, system, List.of(Aim.values()));
        System.out.println(run.row());
        run.faults().forEach(fault -> System.out.println("       " + fault));
        well = run.faults().isEmpty();
      }
      return well;
    } finally {
      system.close();
    }
  }
}

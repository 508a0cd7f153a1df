package dev.rollcall.system.bench;

import java.io.IOException;
import java.time.Duration;

/** The modes without traffic: what it takes that browsers come, are there, and go. */
final class CrowdModes {
  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final Duration QUIET_WITHIN = Duration.ofSeconds(40);
  private static final Duration QUIET_STEP = Duration.ofMillis(500);
  private static final Duration AFTERWARDS = Duration.ofSeconds(6);

  /** Of one core; the pings of thousands are below. */
  private static final double QUIET_SHARE = 0.1;

  private static final int QUIET_STEPS = 3;
  private static final int WARM_UP_ROUNDS = 3;

  private final Machine machine;
  private final BenchOptions options;
  private final Tokens tokens;

  CrowdModes(Machine machine, BenchOptions options, Tokens tokens) {
    this.machine = machine;
    this.options = options;
    this.tokens = tokens;
  }

  /** What a run with a crowd measures. */
  private interface Measurement {
    Number[] measure(Servers servers, Crowd crowd, int count)
        throws IOException, InterruptedException;
  }

  /** The memory of connections that are registered on one topic and get nothing. */
  void idle() throws IOException, InterruptedException {
    String[] columns = {"RSS KiB each", "10 s later", "live heap KiB", "RSS MiB"};
    run("idle", 10_000, 1, CrowdModes::memory, columns);
  }

  /** The CPU that a browser costs until it is registered and the servers are quiet again. */
  void connect() throws IOException, InterruptedException {
    run("connect", 5_000, 1, CrowdModes::connects, "CPU us each", "quiet after s");
  }

  /** The CPU of the time after many browsers have registered, and after they have left. */
  void quiet() throws IOException, InterruptedException {
    String[] columns = {"6 s after: CPU s", "and compiling", "6 s after leaving"};
    run("quiet", 5_000, 2, CrowdModes::afterwards, columns);
  }

  private void run(
      String mode, int defaultCount, int defaultNodes, Measurement measurement, String... columns)
      throws IOException, InterruptedException {
    int count = options.number("--conns", defaultCount);
    int nodes = options.number("--nodes", defaultNodes);
    Framing framing = options.framing();
    String title = "%s: %,d connections to %d node(s), %s".formatted(mode, count, nodes, framing);
    Table table = Table.of(title, columns);
    for (int run = 0; run < options.runs(); run++) {
      for (Side side : options.sides()) {
        try (Servers servers = Servers.start(side, nodes, machine, options.flags());
            Crowd crowd =
                new Crowd(
                    servers,
                    tokens,
                    new Crowd.Size(1, count, 1),
                    framing,
                    options.nap(0),
                    (by, publisher, sequence, latencyNanos) -> {})) {
          table.add(side, measurement.measure(servers, crowd, count));
          table.note(side, crowd.client().problem());
        } catch (IllegalStateException failed) {
          table.note(side, "no run: " + failed.getMessage());
        }
      }
    }
    table.end();
  }

  /** A few connections come and go first: the classes that they need are no cost of each. */
  private static Number[] memory(Servers servers, Crowd crowd, int count)
      throws IOException, InterruptedException {
    crowd.come(Math.min(count, 500));
    crowd.leave();
    crowd.client().run(SETTLE);
    long heapBefore = servers.ask(ServerLife.HEAP);
    long before = servers.residentBytes();
    crowd.come(count);
    crowd.client().run(SETTLE);
    long after = servers.residentBytes();
    crowd.client().run(SETTLE.multipliedBy(2));
    long later = servers.residentBytes();
    long heap = servers.ask(ServerLife.HEAP) - heapBefore;
    crowd.hearProbes();
    double kibEach = 1.0 / 1024 / count;
    return new Number[] {
      (after - before) * kibEach, (later - before) * kibEach, heap * kibEach, after / 1024.0 / 1024
    };
  }

  /** What a JVM does once, above all compiling, goes on for a while after the first have come. */
  private static void warmUp(Servers servers, Crowd crowd, int count) throws IOException {
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      crowd.come(count);
      awaitQuiet(servers, crowd);
      crowd.leave();
      awaitQuiet(servers, crowd);
    }
  }

  private static Number[] connects(Servers servers, Crowd crowd, int count) throws IOException {
    warmUp(servers, crowd, count);
    double before = servers.cpuSeconds();
    crowd.come(count);
    long cameNanos = System.nanoTime();
    awaitQuiet(servers, crowd);
    double quietSeconds = (System.nanoTime() - cameNanos) / 1e9 - QUIET_STEPS * 0.5;
    double cpuSeconds = servers.cpuSeconds() - before;
    crowd.hearProbes();
    return new Number[] {cpuSeconds * 1e6 / count, Math.max(0, quietSeconds)};
  }

  private static Number[] afterwards(Servers servers, Crowd crowd, int count) throws IOException {
    warmUp(servers, crowd, count);
    crowd.come(count);
    double came = servers.cpuSeconds();
    double compiled = servers.compilingSeconds();
    crowd.client().run(AFTERWARDS);
    double there = servers.cpuSeconds() - came;
    double compiling = servers.compilingSeconds() - compiled;
    awaitQuiet(servers, crowd);
    crowd.hearProbes();
    awaitQuiet(servers, crowd);
    double staying = servers.cpuSeconds();
    crowd.leave();
    crowd.client().run(AFTERWARDS);
    return new Number[] {there - compiling, compiling, servers.cpuSeconds() - staying};
  }

  private static void awaitQuiet(Servers servers, Crowd crowd) throws IOException {
    long deadlineNanos = System.nanoTime() + QUIET_WITHIN.toNanos();
    int quietSteps = 0;
    while (quietSteps < QUIET_STEPS && System.nanoTime() < deadlineNanos) {
      double before = servers.cpuSeconds();
      crowd.client().run(QUIET_STEP);
      double share = (servers.cpuSeconds() - before) / (QUIET_STEP.toMillis() / 1e3);
      quietSteps = share < QUIET_SHARE ? quietSteps + 1 : 0;
    }
  }
}

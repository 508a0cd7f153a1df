package dev.rollcall.system.bench;

import java.io.IOException;
import java.util.List;

/** The bridge beside Vert.x's own, each in its turn, on the same machine in the same run. */
final class BridgeBenchmark {
  private static final List<String> ALL =
      List.of("fanout", "single", "latency", "idle", "connect", "quiet", "cluster", "alloc");

  private static final int USERS = 12_000;

  private final TrafficModes traffic;
  private final CrowdModes crowd;

  private BridgeBenchmark(Machine machine, BenchOptions options) {
    Tokens tokens = Tokens.of(USERS);
    traffic = new TrafficModes(machine, options, tokens);
    crowd = new CrowdModes(machine, options, tokens);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (List.of(args).contains("--help")) {
      System.out.print(BenchOptions.USAGE);
      return;
    }
    try {
      measure(BenchOptions.parse(args));
    } catch (IllegalArgumentException wrong) {
      System.err.println(wrong.getMessage() + "\n\n" + BenchOptions.USAGE);
      System.exit(2);
    }
  }

  private static void measure(BenchOptions options) throws IOException, InterruptedException {
    Machine machine = Machine.here();
    machine.pinClient();
    List<String> modes = options.modes();
    System.out.println(machine);
    System.out.println("servers run with " + String.join(" ", options.flags()));
    BridgeBenchmark benchmark = new BridgeBenchmark(machine, options);
    for (String mode : modes.isEmpty() || modes.contains("all") ? ALL : modes) {
      benchmark.run(mode);
    }
  }

  private void run(String mode) throws IOException, InterruptedException {
    switch (mode) {
      case "fanout" -> traffic.fanout();
      case "single" -> traffic.single();
      case "latency" -> traffic.latency();
      case "idle" -> crowd.idle();
      case "connect" -> crowd.connect();
      case "quiet" -> crowd.quiet();
      case "cluster" -> traffic.cluster();
      case "alloc" -> traffic.alloc();
      default -> throw new IllegalArgumentException(mode + " is no mode");
    }
  }
}

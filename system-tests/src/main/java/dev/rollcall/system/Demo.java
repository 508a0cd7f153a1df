package dev.rollcall.system;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** Runs the whole system until Ctrl-C, and shows where to look at it. */
public final class Demo implements Deployment.Progress {

  private static final double NANOS_A_SECOND = 1e9;

  private final long startedNanos = System.nanoTime();
  private final CountDownLatch databaseLost = new CountDownLatch(1);

  private Demo() {}

  /**
   * Starts the system and stays; exits with 1 when it cannot start or its database ends.
   *
   * @param args pairs of an option and its value, as {@code ./demo} passes them on
   */
  public static void main(String[] args) throws InterruptedException {
    Options options = Options.of(args);
    try {
      new Demo().run(options);
    } catch (StartFailure failure) {
      System.out.println(failure.getMessage());
    } catch (CancellationException ended) {
      // Ctrl-C while starting: the hook is ending what there is, and this waits for it.
      Thread.currentThread().join();
    }
    System.exit(1);
  }

  private void run(Options options) throws StartFailure, InterruptedException {
    DataFolder folder = DataFolder.take(options.data());
    Layout layout = options.layout();
    checkPorts(layout);
    System.out.println("Rollcall: " + counted(layout) + ", and a database in " + folder.path());
    Deployment deployment =
        new Deployment(
            new Installation(Path.of(System.getProperty("rollcall.root", "."))),
            layout,
            folder.path(),
            this);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(deployment, folder), "end"));
    deployment.start();
    System.out.println(screen(layout, folder.path()));
    databaseLost.await();
  }

  @Override
  public void step(String what) {
    double seconds = (System.nanoTime() - startedNanos) / NANOS_A_SECOND;
    System.out.printf("%6.1f s  %s%n", seconds, what);
  }

  @Override
  public void lost(ServiceProcess child) {
    int code = child.exitCode().orElseThrow();
    boolean database = child.name().equals(Deployment.DATABASE);
    String what = database ? "so everything ends" : "the rest goes on";
    step(
        String.format(
            "%s ended unexpectedly, exit code %d, %s; its log: %s",
            child.name(), code, what, child.log()));
    if (database) {
      databaseLost.countDown();
    }
  }

  private void end(Deployment deployment, DataFolder folder) {
    step("ending everything");
    deployment.close();
    step("ended");
    try {
      folder.close();
    } catch (IOException unlockedByTheEnd) {
      step("the lock of the data folder: " + unlockedByTheEnd);
    }
  }

  private static void checkPorts(Layout layout) throws StartFailure {
    for (Map.Entry<Integer, String> port : layout.ports().entrySet()) {
      if (!Ports.free(port.getKey())) {
        throw new StartFailure(
            String.format(
                "Port %d is taken, which %s needs: end what uses it, or move all ports with"
                    + " ./demo --port-offset %d",
                port.getKey(), port.getValue(), layout.onFreePorts(0).offset()));
      }
    }
  }

  private static String counted(Layout layout) {
    return layout.instances().stream()
        .collect(
            Collectors.groupingBy(Instance::kind, java.util.TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " " + entry.getKey().module())
        .collect(Collectors.joining(", "));
  }

  private static String screen(Layout layout, Path data) {
    List<String> lines = new ArrayList<>(List.of("", "Open in a browser:"));
    for (Instance chat : layout.instances(Kind.CHAT)) {
      lines.add("  chat       " + chat.http());
    }
    for (Instance dashboard : layout.instances(Kind.DASHBOARD)) {
      lines.add("  dashboard  " + dashboard.http());
    }
    lines.add("Create an order:");
    lines.add("  curl " + layout.instances(Kind.ORDERS).get(0).http() + "/orders \\");
    lines.add("    -H 'Content-Type: application/json' \\");
    lines.add(
        "    -d '{\"customer\":\"Ana\",\"currency\":\"EUR\","
            + "\"items\":[{\"sku\":\"tea-01\",\"quantity\":2,\"unit_price\":450}]}'");
    lines.add("Logs: " + data.resolve("logs") + ". Ctrl-C ends everything.");
    return String.join(System.lineSeparator(), lines);
  }
}

package dev.rollcall.system;

import dev.rollcall.system.RoomBrowsers.Browser;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Presence as browsers see it, through the bridges of two services and three replicas, all of them
 * processes of their own. The browsers are WebSockets of this one process, which parses what each
 * of them gets.
 */
final class BrowserMeasurement {
  private static final int BROWSERS = 1_000;
  private static final int JOINERS = 300;
  private static final int JOIN_EVERY_MILLIS = 20;
  private static final int ROUNDS = 3;
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private final PresenceCluster cluster;
  private final RoomBrowsers browsers;
  private final Vertx vertx = Vertx.vertx();
  private final int[] ports = new int[2];
  private final ServiceProcess[] bridges = new ServiceProcess[2];

  private BrowserMeasurement(PresenceCluster cluster) {
    this.cluster = cluster;
    this.browsers = new RoomBrowsers(vertx);
  }

  public static void main(String[] args) throws Exception {
    PresenceCluster cluster = new PresenceCluster(Path.of("target", "browsers").toAbsolutePath());
    BrowserMeasurement measurement = new BrowserMeasurement(cluster);
    try {
      measurement.run();
    } finally {
      cluster.close();
      PresenceCluster.await(measurement.vertx.close());
    }
  }

  private void run() throws Exception {
    for (int i = 1; i <= 3; i++) {
      cluster.replica("replica-" + i);
    }
    for (int i = 0; i < bridges.length; i++) {
      ports[i] = FreePorts.one();
      bridges[i] = cluster.bridge("bridge-" + i, ports[i]);
    }
    for (int round = 1; round <= ROUNDS; round++) {
      measureStorm("room:one-" + round, ports[0]);
      measureStorm("room:two-" + round, ports);
    }
    measureJoins();
    measureKill();
  }

  /** All join one room as fast as they can; each must learn of each, once. */
  private void measureStorm(String room, int... through) throws Exception {
    List<Browser> crowd = browsers.connect(room, 0, BROWSERS, BROWSERS + 1, through);
    long startedNanos = System.nanoTime();
    crowd.forEach(Browser::register);
    browsers.await(crowd, WITHIN, browser -> browser.present() == BROWSERS);
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    Browser late = browsers.connect(room, BROWSERS, 1, BROWSERS + 1, through).get(0);
    long bytes = crowd.stream().mapToLong(Browser::bytes).sum();
    int frames = crowd.stream().mapToInt(Browser::frames).max().orElseThrow();
    late.register();
    browsers.await(List.of(late), WITHIN, browser -> browser.present() >= BROWSERS);
    System.out.printf(
        "%,d browsers join at once, nodes: %d; all know all after %.2f s, at most %d frames"
            + " each, %.1f MB in all, %.2f of the floor, %d errors%n",
        BROWSERS,
        through.length,
        seconds,
        frames,
        bytes / 1e6,
        (double) bytes / BROWSERS / late.bytes(),
        errors(crowd));
    crowd.add(late);
    close(crowd);
  }

  /** One joins after the other, seen by a browser of the other bridge. */
  private void measureJoins() throws Exception {
    Browser observer = browsers.connect("room:joins", JOINERS, 1, JOINERS + 1, ports[1]).get(0);
    observer.register();
    browsers.await(List.of(observer), WITHIN, browser -> browser.present() == 1);
    List<Browser> joiners = browsers.connect("room:joins", 0, JOINERS, JOINERS + 1, ports[0]);
    PresenceCluster.await(browsers.register(joiners, JOIN_EVERY_MILLIS));
    browsers.await(List.of(observer), WITHIN, browser -> browser.present() == JOINERS + 1);
    double[] millis = joiners.stream().mapToDouble(observer::millisUntilSeen).sorted().toArray();
    System.out.printf(
        "a join seen by a browser of another node: p50 %.1f ms, p99 %.1f ms%n",
        millis[JOINERS / 2], millis[JOINERS * 99 / 100]);
    joiners.add(observer);
    close(joiners);
  }

  /** A node dies with half of the browsers; the others see them leave. */
  private void measureKill() throws Exception {
    List<Browser> doomed = browsers.connect("room:kill", 0, 500, 1_000, ports[0]);
    List<Browser> survivors = browsers.connect("room:kill", 500, 500, 1_000, ports[1]);
    List<Browser> all = new ArrayList<>(doomed);
    all.addAll(survivors);
    all.forEach(Browser::register);
    browsers.await(all, WITHIN, browser -> browser.present() == 1_000);
    long killedNanos = System.nanoTime();
    bridges[0].kill();
    browsers.await(survivors, WITHIN, browser -> browser.present() == 500);
    System.out.printf(
        "kill -9 of a node with 500 browsers: all 500 others have seen them leave after %.2f s, %d"
            + " leaves each, %d errors%n",
        (System.nanoTime() - killedNanos) / 1e9,
        survivors.stream().mapToInt(Browser::leaves).max().orElseThrow(),
        errors(survivors));
    close(survivors);
  }

  private static long errors(List<Browser> some) {
    some.stream()
        .map(Browser::error)
        .filter(Objects::nonNull)
        .distinct()
        .limit(3)
        .forEach(System.out::println);
    return some.stream().map(Browser::error).filter(Objects::nonNull).count();
  }

  private static void close(List<Browser> some) throws Exception {
    PresenceCluster.await(Future.all(some.stream().map(Browser::close).toList()).otherwiseEmpty());
  }
}

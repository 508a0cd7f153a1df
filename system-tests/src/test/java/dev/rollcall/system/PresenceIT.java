package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Presence;
import dev.rollcall.presence.PresenceListener;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Presence among real processes, seen by the view of a node that has no session of its own. What
 * was measured is written down, see {@link Figures}; the bounds that are asserted here leave room
 * for a machine that is busy.
 */
class PresenceIT {
  /** So many changes of the list are made before those that are measured. */
  private static final int WARM_UPS = 50;

  /** Lives as long as all tests do. */
  private static final String CROWD = "crowd-1";

  /** Twice as long as a node may be silent. */
  private static final Duration JUDGED = Duration.ofSeconds(8);

  private static PresenceCluster cluster;
  private static ServiceProcess[] replicas;

  @BeforeAll
  static void start() throws Exception {
    cluster = new PresenceCluster(Path.of("target", "presence-it").toAbsolutePath());
    replicas = cluster.replicas("replica-1", "replica-2", "replica-3");
    cluster.crowd(CROWD);
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** What one listener is told. */
  private static final class Told implements PresenceListener {
    private final List<Long> latenciesMicros = new ArrayList<>();
    private final Set<String> present = new TreeSet<>();
    private int states;
    private int diffs;
    private int leaves;
    private int stale;
    private long bytes;

    @Override
    public synchronized void state(JsonObject state) {
      states++;
      bytes += state.encode().length();
      present.addAll(state.fieldNames());
      notifyAll();
    }

    @Override
    public synchronized void diff(JsonObject diff) {
      long nowMicros = CrowdService.nowMicros();
      diffs++;
      bytes += diff.encode().length();
      JsonObject joins = diff.getJsonObject("joins");
      for (String key : joins.fieldNames()) {
        JsonObject meta = joins.getJsonObject(key).getJsonArray("metas").getJsonObject(0);
        latenciesMicros.add(nowMicros - meta.getLong("at"));
      }
      present.addAll(joins.fieldNames());
      leaves += diff.getJsonObject("leaves").size();
      present.removeAll(diff.getJsonObject("leaves").fieldNames());
      notifyAll();
    }

    @Override
    public synchronized void stale(boolean now) {
      stale += now ? 1 : 0;
    }

    synchronized void await(Duration within, Predicate<Told> reached) throws InterruptedException {
      long deadlineNanos = System.nanoTime() + within.toNanos();
      while (!reached.test(this)) {
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        assertThat(leftMillis)
            .as("not within %s: %s are there", within, present.size())
            .isPositive();
        wait(leftMillis);
      }
    }

    synchronized int states() {
      return states;
    }

    synchronized int diffs() {
      return diffs;
    }

    synchronized int leaves() {
      return leaves;
    }

    /** Returns how many have left when there has been time enough to take anybody for dead. */
    synchronized int leavesInTheEnd() throws InterruptedException {
      long deadlineNanos = System.nanoTime() + JUDGED.toNanos();
      long leftMillis = JUDGED.toMillis();
      while (leaves == 0 && leftMillis > 0) {
        wait(leftMillis);
        leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
      }
      return leaves;
    }

    /** Returns how often the list stood still. */
    synchronized int stale() {
      return stale;
    }

    synchronized long bytes() {
      return bytes;
    }

    synchronized double millis(double quantile) {
      double[] sorted =
          latenciesMicros.stream().mapToDouble(micros -> micros / 1e3).sorted().toArray();
      return quantile(sorted, quantile);
    }
  }

  @Test
  void aJoinIsSeenOnAnotherNodeAtOnce() throws Exception {
    Told told = follow("room:latency");
    PresenceCluster.await(cluster.join(CROWD, CrowdService.join("room:latency", 0, 100, 10)));
    told.await(Duration.ofSeconds(5), t -> t.present.size() == 100);
    Told warm = follow("room:warm");
    PresenceCluster.await(cluster.join(CROWD, CrowdService.join("room:warm", 0, 300, 20)));
    warm.await(Duration.ofSeconds(5), t -> t.present.size() == 300);
    Figures.write(
        "a join seen on another node, ms: p50 %.1f, p99 %.1f", warm.millis(.5), warm.millis(.99));
    assertThat(warm.millis(.5)).isLessThan(100);
    assertThat(warm.millis(.99)).isLessThan(1_000);
  }

  @Test
  void whoDiesWithItsNodeIsGoneWithinSeconds() throws Exception {
    ServiceProcess doomed = cluster.crowd("crowd-2");
    Told told = followWith500("crowd-2", "room:doomed");
    long killedNanos = System.nanoTime();
    doomed.kill();
    told.await(Duration.ofSeconds(15), t -> t.present.size() == 0);
    double seconds = (System.nanoTime() - killedNanos) / 1e9;
    Figures.write("kill -9 of a node with 500 sessions, all leaves seen after %.2f s", seconds);
    assertThat(told.leaves()).isEqualTo(500);
    assertThat(seconds).isLessThan(6);
  }

  @Test
  void whateverReplicasDieNobodyLeaves() throws Exception {
    Told told = followWith500(CROWD, "room:steady");

    replicas[0].kill();
    replicas[0] = cluster.replica("replica-4");
    joins(CROWD, "room:steady", 500, told);
    for (ServiceProcess replica : replicas) {
      replica.kill();
    }
    replicas = cluster.replicas("replica-5", "replica-6", "replica-7");
    joins(CROWD, "room:steady", 501, told);

    int leaves = told.leavesInTheEnd();
    Figures.write("false leaves while one replica, then all three are killed: %d", leaves);
    assertThat(leaves).isZero();
    assertThat(PresenceCluster.await(cluster.observer().presence().count("room:steady")))
        .isEqualTo(502);
  }

  @Test
  void aRollOfAllReplicasIsNotNoticed() throws Exception {
    Told told = followWith500(CROWD, "room:rolled");

    double slowest = 0;
    for (int i = 0; i < replicas.length; i++) {
      ServiceProcess fresh = cluster.replica("rolled-" + i);
      replicas[i].terminate();
      long toldNanos = System.nanoTime();
      joins(CROWD, "room:rolled", 500 + i, told);
      slowest = Math.max(slowest, (System.nanoTime() - toldNanos) / 1e6);
      assertThat(replicas[i].endsWithin(Duration.ofSeconds(30))).isTrue();
      replicas[i] = fresh;
    }

    int leaves = told.leavesInTheEnd();
    Figures.write(
        "all replicas replaced one by one: %d false leaves, lists stood still %d times, slowest of"
            + " three joins while one stops %.0f ms",
        leaves, told.stale(), slowest);
    assertThat(leaves).isZero();
    assertThat(told.stale()).isZero();
    assertThat(PresenceCluster.await(cluster.observer().presence().count("room:rolled")))
        .isEqualTo(503);
  }

  @Test
  void aStormOfJoinsCostsEachListenerAFewFrames() throws Exception {
    cluster.crowd("crowd-3");
    Told told = follow("room:storm");
    told.await(Duration.ofSeconds(5), t -> t.states == 1);
    long startedNanos = System.nanoTime();
    PresenceCluster.await(
        Future.all(
            cluster.join(CROWD, CrowdService.join("room:storm", 0, 500, 0)),
            cluster.join("crowd-3", CrowdService.join("room:storm", 500, 500, 0))));
    told.await(Duration.ofSeconds(10), t -> t.present.size() == 1_000);
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    Told late = follow("room:storm");
    late.await(Duration.ofSeconds(5), t -> t.present.size() == 1_000);
    double ratio = (double) told.bytes() / late.bytes();
    Figures.write(
        "1,000 joins from two nodes: %d frames, %.2f of the floor in bytes, all known after %.2f s",
        told.diffs() + told.states(), ratio, seconds);
    assertThat(told.diffs()).isLessThanOrEqualTo(30);
    assertThat(ratio).isLessThan(1.2);
    assertThat(seconds).isLessThan(5);
  }

  @Test
  void whatIsFollowedIsReadHere() throws Exception {
    cluster.crowd("crowd-4");
    Presence presence = cluster.observer().presence();
    Map<Integer, double[]> gets = new HashMap<>();
    double[] unchanged = new double[0];
    Told large = null;
    for (int size : new int[] {100, 10_000}) {
      String topic = "room:read-" + size;
      Told told = follow(topic);
      PresenceCluster.await(cluster.join("crowd-4", CrowdService.join(topic, 0, size, 0)));
      told.await(Duration.ofSeconds(20), t -> t.present.size() == size);
      large = told;
      gets.put(size, sortedMillis(() -> presence.get(topic, "user-7")));
      unchanged = sortedMillis(() -> presence.list(topic));
      assertThat(PresenceCluster.await(presence.list(topic))).hasSize(size);
    }
    double[] changed = new double[100];
    for (int i = -WARM_UPS; i < changed.length; i++) {
      joins("crowd-4", "room:read-10000", 10_000 + WARM_UPS + i, large);
      double millis = millis(() -> presence.list("room:read-10000"));
      if (i >= 0) {
        changed[i] = millis;
      }
    }
    Arrays.sort(changed);
    Figures.write(
        "list of 10,000 that is followed, ms: p50 %.2f, p99 %.2f; after a change each time: p50"
            + " %.2f, p99 %.2f",
        quantile(unchanged, .5),
        quantile(unchanged, .99),
        quantile(changed, .5),
        quantile(changed, .99));
    Figures.write(
        "get of one key, ms, p50: %.3f of 100, %.3f of 10,000",
        quantile(gets.get(100), .5), quantile(gets.get(10_000), .5));
    assertThat(quantile(changed, .5)).isLessThan(10);
    assertThat(quantile(gets.get(10_000), .5)).isLessThan(5 * quantile(gets.get(100), .5) + .05);
  }

  /** How long one call after the other takes, those that warm up left out. */
  private static double[] sortedMillis(Supplier<Future<?>> read) throws Exception {
    for (int i = 0; i < 500; i++) {
      millis(read);
    }
    double[] millis = new double[500];
    for (int i = 0; i < millis.length; i++) {
      millis[i] = millis(read);
    }
    Arrays.sort(millis);
    return millis;
  }

  private static double millis(Supplier<Future<?>> read) throws Exception {
    long startedNanos = System.nanoTime();
    PresenceCluster.await(read.get());
    return (System.nanoTime() - startedNanos) / 1e6;
  }

  private static double quantile(double[] sorted, double quantile) {
    return sorted[(int) Math.ceil(quantile * sorted.length) - 1];
  }

  private static void joins(String crowd, String topic, int user, Told told) throws Exception {
    PresenceCluster.await(cluster.join(crowd, CrowdService.join(topic, user, 1, 0)));
    told.await(Duration.ofSeconds(20), t -> t.present.size() == user + 1);
  }

  /** Follows a topic on which 500 of a crowd are. */
  private static Told followWith500(String crowd, String topic) throws Exception {
    Told told = follow(topic);
    PresenceCluster.await(cluster.join(crowd, CrowdService.join(topic, 0, 500, 0)));
    told.await(Duration.ofSeconds(10), t -> t.present.size() == 500);
    return told;
  }

  private static Told follow(String topic) {
    Told told = new Told();
    cluster.observer().presence().follow(topic, told);
    return told;
  }
}

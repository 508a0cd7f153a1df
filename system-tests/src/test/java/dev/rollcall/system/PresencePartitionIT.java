package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Presence between hosts that lose sight of each other without a word. */
@NeedsHosts
class PresencePartitionIT {
  private static final Duration SETTLED = Duration.ofSeconds(90);
  private static final int PARTITION_SECONDS = 30;

  private HostCluster cluster;
  private Hosts hosts;

  @BeforeEach
  void makeHosts() {
    cluster = new HostCluster("presence-partition-it");
    hosts = cluster.hosts();
  }

  @AfterEach
  void end() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void whoseHostVanishesIsGoneWithinSeconds() throws Exception {
    replica(0);
    ServiceProcess watcher = witness(0, 0, 0);
    witness(1, 0, 500);
    LogWatch.await(watcher, 0, line -> line.contains(WitnessService.sees(500)), SETTLED);
    int before = watcher.output().size();
    long cutMillis = System.currentTimeMillis();
    hosts.cut();
    String gone =
        LogWatch.await(watcher, before, line -> line.contains(WitnessService.sees(0)), SETTLED);
    double seconds = (WitnessService.at(gone) - cutMillis) / 1_000.0;
    Figures.write("a host with 500 sessions vanishes, all leaves seen after %.2f s", seconds);
    assertThat(seconds).isLessThan(9);
  }

  @Test
  void bothSidesOfAPartitionGoOnAndSeeEachOtherAgainWhenItHeals() throws Exception {
    replica(0);
    replica(0);
    replica(1);
    List<ServiceProcess> sides = List.of(witness(0, 0, 10_000), witness(1, 10_000, 10_000));
    bothSee(sides, new int[2], 20_000);

    int[] cut = outputs(sides);
    CompletableFuture<Void> over =
        new CompletableFuture<Void>().completeOnTimeout(null, PARTITION_SECONDS, TimeUnit.SECONDS);
    hosts.cut();
    bothSee(sides, cut, 10_000);
    over.join();

    int[] healed = outputs(sides);
    long healedMillis = System.currentTimeMillis();
    hosts.mend();
    long mergedMillis = both(sides, healed, WitnessService.among(5));
    long rightMillis = bothSee(sides, healed, 20_000);
    double merged = (mergedMillis - healedMillis) / 1_000.0;
    double right = (rightMillis - healedMillis) / 1_000.0;
    Figures.write(
        "a partition of %d s, 10,000 a side, heals: cluster merged after %.2f s, every view right"
            + " after %.2f s",
        PARTITION_SECONDS, merged, right);
    for (ServiceProcess side : sides) {
      String last = lastSight(side);
      assertThat(WitnessService.ownLeft(last)).as(last).isZero();
    }
    assertThat(right - merged).isLessThan(10);
  }

  private long bothSee(List<ServiceProcess> sides, int[] fromLines, int count) throws Exception {
    return both(sides, fromLines, WitnessService.sees(count));
  }

  /** Returns when the last of them wrote so. */
  private static long both(List<ServiceProcess> sides, int[] fromLines, String word)
      throws Exception {
    long lastMillis = 0;
    for (int side = 0; side < sides.size(); side++) {
      String line =
          LogWatch.await(sides.get(side), fromLines[side], l -> l.contains(word), SETTLED);
      lastMillis = Math.max(lastMillis, WitnessService.at(line));
    }
    return lastMillis;
  }

  private static int[] outputs(List<ServiceProcess> sides) {
    return sides.stream().mapToInt(side -> side.output().size()).toArray();
  }

  private static String lastSight(ServiceProcess witness) {
    List<String> sights =
        witness.output().stream().filter(line -> line.contains(" of room:")).toList();
    return sights.get(sights.size() - 1);
  }

  private void replica(int host) throws Exception {
    cluster.start(host, "dev.rollcall.replica.Main", " is ready with ", Map.of());
  }

  private ServiceProcess witness(int host, int from, int count) throws Exception {
    Map<String, String> crowd =
        Map.of("WITNESS_FROM", String.valueOf(from), "WITNESS_COUNT", String.valueOf(count));
    return cluster.start(host, WitnessService.class.getName(), "witness-service ready ", crowd);
  }
}

package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Presence between hosts that lose sight of each other without a word. */
class PresencePartitionIT {
  private static final Path LOGS = Path.of("target", "presence-partition-it").toAbsolutePath();
  private static final int FIRST_PORT = 6_801;
  private static final int PORTS_A_HOST = 4;
  private static final Duration STARTED = Duration.ofSeconds(60);
  private static final Duration SETTLED = Duration.ofSeconds(90);
  private static final int PARTITION_SECONDS = 30;

  private final List<ServiceProcess> processes = new ArrayList<>();
  private final int[] started = new int[2];
  private Hosts hosts;

  @BeforeEach
  void makeHosts() {
    Hosts.missing().ifPresent(missing -> assumeTrue(false, missing));
    hosts = Hosts.make();
  }

  @AfterEach
  void end() throws InterruptedException {
    processes.forEach(ServiceProcess::kill);
    for (ServiceProcess process : processes) {
      process.endsWithin(Duration.ofSeconds(5));
    }
    if (hosts != null) {
      hosts.close();
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
    start(host, "dev.rollcall.replica.Main", " is ready with ", Map.of());
  }

  private ServiceProcess witness(int host, int from, int count) throws Exception {
    Map<String, String> crowd =
        Map.of("WITNESS_FROM", String.valueOf(from), "WITNESS_COUNT", String.valueOf(count));
    return start(host, WitnessService.class.getName(), "witness-service ready ", crowd);
  }

  private ServiceProcess start(int host, String main, String word, Map<String, String> more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(hosts.on(host));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dlogback.configurationFile=logback.xml");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main);
    Map<String, String> environment = new HashMap<>(more);
    int port = FIRST_PORT + started[host];
    started[host]++;
    environment.put("ROLLCALL_CLUSTER_HOST", Hosts.address(host));
    environment.put("ROLLCALL_CLUSTER_PORT", String.valueOf(port));
    environment.put("ROLLCALL_CLUSTER_MEMBERS", members());
    environment.put("ROLLCALL_CLUSTER_NAME", "presence-partition-it");
    environment.put("ROLLCALL_HTTP_PORT", "0");
    String named = "host-" + host + "-" + port;
    ServiceProcess process =
        ServiceProcess.start(
            named, command, environment, LOGS.resolve(named + ".log"), ServiceProcess::alive);
    processes.add(process);
    LogWatch.await(process, 0, line -> line.contains(word), STARTED);
    return process;
  }

  private static String members() {
    List<String> members = new ArrayList<>();
    for (int host = 0; host < 2; host++) {
      for (int i = 0; i < PORTS_A_HOST; i++) {
        members.add(Hosts.address(host) + ":" + (FIRST_PORT + i));
      }
    }
    return String.join(",", members);
  }
}

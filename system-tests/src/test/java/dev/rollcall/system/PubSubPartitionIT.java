package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.system.CounterService.Heard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Broadcasts between hosts that lose sight of each other without a word. */
@NeedsHosts
class PubSubPartitionIT {
  private static final List<List<String>> HOSTS =
      List.of(List.of("ana", "ben"), List.of("eva", "tom"));
  private static final int PARTITION_SECONDS = 30;
  private static final Duration SETTLED = Duration.ofSeconds(60);

  /** How long it is watched after the heal, for what comes late. */
  private static final int WATCHED_SECONDS = 30;

  private static final long WHOLE_MILLIS = 25_000;
  private static final long LATE_MILLIS = 5_000;

  private final Map<String, ServiceProcess> counters = new TreeMap<>();
  private HostCluster cluster;

  @BeforeEach
  void startCounters() throws Exception {
    cluster = new HostCluster("pubsub-partition-it");
    for (int host = 0; host < HOSTS.size(); host++) {
      for (String name : HOSTS.get(host)) {
        Map<String, String> named = Map.of("COUNTER_NAME", name);
        String main = CounterService.class.getName();
        counters.put(name, cluster.start(host, main, "counter-service ready ", named));
      }
    }
  }

  @AfterEach
  void end() throws InterruptedException {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void bothSidesHearEachOtherAgainWhenAPartitionHeals() throws Exception {
    everybodyHearsWhatIsSaidFrom(System.currentTimeMillis());
    cluster.hosts().cut();
    pass(PARTITION_SECONDS);
    long healedMillis = System.currentTimeMillis();
    cluster.hosts().mend();
    long wholeMillis = everybodyHearsWhatIsSaidFrom(healedMillis) - healedMillis;
    pass(WATCHED_SECONDS);

    Figures.write(
        "a partition of %d s between 2 and 2 nodes heals: every node hears every other after %.2f s",
        PARTITION_SECONDS, wholeMillis / 1_000.0);
    assertThat(wholeMillis).isLessThan(WHOLE_MILLIS);
    for (String listener : counters.keySet()) {
      for (String talker : counters.keySet()) {
        List<Heard> heard = heard(listener, talker);
        assertThat(outOfOrder(heard)).as("%s hears %s late", listener, talker).isEmpty();
        if (sameHost(listener, talker)) {
          assertThat(lost(heard)).as("%s misses of %s", listener, talker).isEmpty();
        }
      }
    }
  }

  private static void pass(int seconds) {
    new CompletableFuture<Void>().completeOnTimeout(null, seconds, TimeUnit.SECONDS).join();
  }

  /** Returns when the last of them heard the first of what the last of the others said. */
  private long everybodyHearsWhatIsSaidFrom(long saidMillis) throws Exception {
    long lastMillis = 0;
    for (ServiceProcess listener : counters.values()) {
      for (String talker : counters.keySet()) {
        String line = LogWatch.await(listener, 0, said -> isOf(said, talker, saidMillis), SETTLED);
        lastMillis = Math.max(lastMillis, Heard.of(line).heardMillis());
      }
    }
    return lastMillis;
  }

  private static boolean isOf(String line, String talker, long fromMillis) {
    return line.contains(Heard.by(talker)) && Heard.of(line).saidMillis() >= fromMillis;
  }

  private List<Heard> heard(String listener, String talker) {
    return counters.get(listener).output().stream()
        .filter(line -> isOf(line, talker, 0))
        .map(Heard::of)
        .toList();
  }

  /** What came after something newer, or so late that it must have waited for the heal. */
  private static List<Heard> outOfOrder(List<Heard> heard) {
    List<Heard> late = new ArrayList<>();
    long newest = 0;
    for (Heard one : heard) {
      if (one.number() <= newest || one.heardMillis() - one.saidMillis() > LATE_MILLIS) {
        late.add(one);
      }
      newest = Math.max(newest, one.number());
    }
    return late;
  }

  private static List<String> lost(List<Heard> heard) {
    List<String> lost = new ArrayList<>();
    for (int i = 1; i < heard.size(); i++) {
      if (heard.get(i).number() != heard.get(i - 1).number() + 1) {
        lost.add(heard.get(i) + " after " + heard.get(i - 1));
      }
    }
    return lost;
  }

  private static boolean sameHost(String one, String other) {
    return HOSTS.stream().anyMatch(host -> host.contains(one) && host.contains(other));
  }
}

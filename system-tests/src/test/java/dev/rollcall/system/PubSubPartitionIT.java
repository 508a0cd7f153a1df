package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.system.CounterService.Heard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broadcasts between hosts that lose sight of each other without a word. */
@NeedsHosts
class PubSubPartitionIT {
  /** On which host each is. Tom dies during the partition, and Kim is born then. */
  private static final Map<String, Integer> HOSTS =
      Map.of("ana", 0, "ben", 0, "kim", 0, "eva", 1, "tom", 1);

  private static final int PARTITION_SECONDS = 30;
  private static final Duration SETTLED = Duration.ofSeconds(60);

  /** How long it is watched after the heal, for what comes late. */
  private static final int WATCHED_SECONDS = 30;

  /** Where a death comes between, the two clusters try to merge once more, 20 s later. */
  private static final long WHOLE_MILLIS = 45_000;

  private static final long LATE_MILLIS = 5_000;

  @TempDir private Path folder;

  private final Map<String, ServiceProcess> counters = new TreeMap<>();
  private final Set<String> alive = new TreeSet<>();
  private HostCluster cluster;

  @BeforeEach
  void startCounters() throws Exception {
    cluster = new HostCluster("pubsub-partition-it");
    for (String name : List.of("ana", "ben", "eva", "tom")) {
      startCounter(name);
    }
  }

  private void startCounter(String name) throws Exception {
    Map<String, String> named = Map.of("COUNTER_NAME", name, "COUNTER_FOLDER", folder.toString());
    String main = CounterService.class.getName();
    counters.put(name, cluster.start(HOSTS.get(name), main, "counter-service ready ", named));
    alive.add(name);
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
    CompletableFuture<Void> over = after(PARTITION_SECONDS);
    long cutMillis = System.currentTimeMillis();
    cluster.hosts().cut();
    pass(PARTITION_SECONDS / 3);
    counters.get("tom").kill();
    alive.remove("tom");
    startCounter("kim");
    subscribe("parted");
    over.join();
    long healedMillis = System.currentTimeMillis();
    cluster.hosts().mend();
    subscribe("healed");
    long wholeMillis = everybodyHearsWhatIsSaidFrom(healedMillis) - healedMillis;
    pass(WATCHED_SECONDS);

    Figures.write(
        "a partition of %.0f s between hosts heals, in which a node died and one was born: every node"
            + " hears every other after %.2f s",
        (healedMillis - cutMillis) / 1_000.0, wholeMillis / 1_000.0);
    assertThat(wholeMillis).isLessThan(WHOLE_MILLIS);
    for (String listener : counters.keySet()) {
      for (String talker : counters.keySet()) {
        List<Heard> heard = heard(listener, talker);
        assertThat(outOfOrder(heard)).as("%s hears %s late", listener, talker).isEmpty();
        if (HOSTS.get(listener).equals(HOSTS.get(talker))) {
          assertThat(lost(heard)).as("%s misses of %s", listener, talker).isEmpty();
        }
      }
    }
  }

  private void subscribe(String topic) throws IOException {
    Files.createFile(folder.resolve(topic));
  }

  private static CompletableFuture<Void> after(int seconds) {
    return new CompletableFuture<Void>().completeOnTimeout(null, seconds, TimeUnit.SECONDS);
  }

  private static void pass(int seconds) {
    after(seconds).join();
  }

  /**
   * Returns when the last of them heard the first of what the last of the others said, on every
   * topic to which they have subscribed.
   */
  private long everybodyHearsWhatIsSaidFrom(long saidMillis) throws Exception {
    long lastMillis = 0;
    for (String listener : alive) {
      for (String talker : alive) {
        for (String words : words(talker)) {
          String line =
              LogWatch.await(
                  counters.get(listener), 0, said -> isOf(said, words, saidMillis), SETTLED);
          lastMillis = Math.max(lastMillis, Heard.of(line).heardMillis());
        }
      }
    }
    return lastMillis;
  }

  private List<String> words(String talker) {
    Stream<String> later =
        CounterService.LATER.stream()
            .filter(topic -> Files.exists(folder.resolve(topic)))
            .map(topic -> Heard.by(talker, topic));
    return Stream.concat(Stream.of(Heard.by(talker)), later).toList();
  }

  private static boolean isOf(String line, String words, long fromMillis) {
    return line.contains(words) && Heard.of(line).saidMillis() >= fromMillis;
  }

  private List<Heard> heard(String listener, String talker) {
    return counters.get(listener).output().stream()
        .filter(line -> isOf(line, Heard.by(talker), 0))
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
}

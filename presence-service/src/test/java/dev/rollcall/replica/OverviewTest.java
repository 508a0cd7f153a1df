package dev.rollcall.replica;

import static dev.rollcall.replica.Samples.LOBBY;
import static dev.rollcall.replica.Samples.N1;
import static dev.rollcall.replica.Samples.N2;
import static dev.rollcall.replica.Samples.R1;
import static dev.rollcall.replica.Samples.R2;
import static dev.rollcall.replica.Samples.add;
import static dev.rollcall.replica.Samples.ana;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.operator.ReplicaState;
import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.PresenceBus;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.Roster;
import dev.rollcall.pubsub.Membership;
import dev.rollcall.pubsub.NodeId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OverviewTest {
  private static final int TOPICS = 10_000;
  private static final int PRESENCES = 100_000;

  /** Of the loop that serves a shard: it has other things to do. */
  private static final long MAX_CPU_MILLIS = 100;

  private final Driver driver = new Driver();

  @Test
  void aNodeThatIsDownHasNoProgressToShow() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)), add(ana(N1, 2)));
    driver.flush();
    assertThat(driver.replica.progress(ReplicaState.HIDDEN)).containsEntry(N1, 2L);
    assertThat(driver.replica.sizes()).isEqualTo(Map.of(LOBBY, 2));
    driver.pass(10_000, R1, R2, N2);
    assertThat(driver.replica.progress(ReplicaState.HIDDEN))
        .containsEntry(N1, ReplicaState.HIDDEN)
        .containsEntry(N2, 0L);
    assertThat(driver.replica.sizes()).isEmpty();
  }

  @Test
  void allShardsAreReadAndPutTogether() throws Exception {
    Vertx vertx = Vertx.vertx();
    List<ReplicaLoop> shards =
        IntStream.range(0, Ownership.SHARDS).mapToObj(shard -> loop(vertx, shard)).toList();
    int shard = Ownership.shard(LOBBY);
    TestNode.await(shards.get(0).read(replica -> hear(shards.get(0), beat(0))));
    TestNode.await(
        shards.get(shard).read(replica -> hear(shards.get(shard), beat(1), delta(ana(N1, 1)))));

    ReplicaState state = TestNode.await(Overview.of(shards));
    long clock = state.clocks().get(N1).get(shard);
    assertThat(clock).isEqualTo(1);
    assertThat(state.clocks().get(N1)).hasSize(Ownership.SHARDS);
    assertThat(state.topics()).isEqualTo(Map.of(LOBBY, 1));
    assertThat(state.presences()).isEqualTo(1);
    assertThat(state.digests().get(Ownership.partition(LOBBY)))
        .isEqualTo(Roster.digest(Samples.ref(N1, 1)));
    assertThat(state.digests().stream().filter(digest -> digest != 0)).hasSize(1);
    assertThat(state.ready()).isFalse();
    TestNode.await(vertx.close());
  }

  @Test
  void ofManyPresencesItCostsLittle() {
    driver.becomeReady();
    driver.operate(
        N1,
        IntStream.rangeClosed(1, PRESENCES)
            .mapToObj(i -> add(Samples.entry(N1, i, "room:" + i % TOPICS, "user-" + i)))
            .toArray(Operation[]::new));
    while (driver.replica.isPending()) {
      driver.flush();
    }
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Map<String, Integer> sizes = driver.replica.sizes();
    driver.replica.progress(ReplicaState.HIDDEN);
    driver.replica.digests();
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    assertThat(sizes).hasSize(TOPICS).containsValue(PRESENCES / TOPICS);
    assertThat(TimeUnit.NANOSECONDS.toMillis(nanos)).isLessThan(MAX_CPU_MILLIS);
    System.out.printf(
        "%,d presences on %,d topics: read in %,d µs%n", PRESENCES, TOPICS, nanos / 1_000);
  }

  private static Beat beat(long clock) {
    return new Beat(N1, "m-n1", 1, clock);
  }

  private static Delta delta(Entry entry) {
    return new Delta(N1, 0, List.of(add(entry)));
  }

  /** On the shard's context, on which it is read too. */
  private static boolean hear(ReplicaLoop shard, PresenceMessage... messages) {
    for (PresenceMessage message : messages) {
      shard.receive(message);
    }
    return true;
  }

  private static ReplicaLoop loop(Vertx vertx, int shard) {
    return new ReplicaLoop(
        vertx,
        new PresenceBus(vertx),
        shard,
        vertx.getOrCreateContext(),
        R1,
        new Alone(),
        new ReplicaConfig(1_000, 4_000, new Window.Bounds(0, 0)),
        new ReplicaMetrics(new SimpleMeterRegistry()));
  }

  private record Alone() implements Membership {
    @Override
    public String self() {
      return "m-r1";
    }

    @Override
    public Set<String> members() {
      return Set.of("m-r1");
    }

    @Override
    public Set<NodeId> nodes() {
      return Set.of(R1);
    }
  }
}

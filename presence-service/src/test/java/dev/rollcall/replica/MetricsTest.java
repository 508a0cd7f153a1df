package dev.rollcall.replica;

import static dev.rollcall.replica.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.node.Node;
import dev.rollcall.presence.Follow;
import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.Presence;
import dev.rollcall.presence.PresenceBus;
import dev.rollcall.presence.PresenceListener;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.Session;
import dev.rollcall.pubsub.NodeId;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator reads of a replica and its node; each test leaves nobody there. */
class MetricsTest {
  private static final JsonObject META = new JsonObject();

  private static Node node;
  private static Presence presence;
  private static MeterRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    node = TestNode.start(ReplicaVerticle::new);
    presence = node.presence();
    registry = node.metrics();
    until("rollcall.presence.replicas.ready", 1);
    until("rollcall.replica.nodes.up", 1);
  }

  @AfterAll
  static void stop() throws Exception {
    await(node.close());
  }

  @Test
  void whoIsThereAndWhatIsFollowedIsCounted() throws Exception {
    shows(0, 0, 0);
    Session session = presence.session();
    for (String topic : List.of("room:one", "room:two")) {
      await(session.track(topic, "ana", META));
    }
    await(session.track("room:one", "bo", META));
    Follow follow = presence.follow("room:one", new Deaf());
    shows(3, 2, 1);
    await(session.close());
    follow.close();
    shows(0, 0, 0);
  }

  private static void shows(int presences, int topics, int followed) throws Exception {
    until("rollcall.replica.presences", presences);
    until("rollcall.presence.tracked", presences);
    until("rollcall.replica.topics", topics);
    until("rollcall.replica.followed", followed);
    until("rollcall.presence.followed", followed);
  }

  @Test
  void whatComesOfNodesAndGoesToThemIsCounted() throws Exception {
    Map<String, Double> before =
        List.of("deltas", "operations", "merge", "diff.entries", "sent.bytes").stream()
            .map("rollcall.replica."::concat)
            .collect(Collectors.toMap(name -> name, MetricsTest::value));
    double sent = value("rollcall.presence.sent.bytes");
    Follow follow = presence.follow("room:sent", new Deaf());
    until("rollcall.replica.followed", 1);
    Session session = presence.session();
    await(session.track("room:sent", "ana", META));
    for (Map.Entry<String, Double> old : before.entrySet()) {
      until(old.getKey() + " grows", () -> value(old.getKey()) > old.getValue());
    }
    assertThat(value("rollcall.presence.sent.bytes")).isGreaterThan(sent);
    await(session.close());
    follow.close();
    shows(0, 0, 0);
  }

  @Test
  void aNodeIsUpUntilItFallsSilent() throws Exception {
    double pulls = value("rollcall.replica.pulls");
    // Of no member: a replica that hears no other member takes itself for deaf, and judges nobody.
    Beat beat = new Beat(new NodeId("brief"), "no member", 1, 1);
    new PresenceBus(node.vertx()).toAllReplicas(0, beat);
    until("rollcall.replica.nodes.up", 2);
    until("a pull", () -> value("rollcall.replica.pulls") > pulls);
    assertThat(value("rollcall.replica.nodes.down")).isZero();
    until("rollcall.replica.nodes.down", 1);
    until("rollcall.replica.nodes.up", 1);
  }

  @Test
  void theDigestOfThePartitionFollowsWhoIsVisible() throws Exception {
    String topic = "room:digest";
    int partition = Ownership.partition(topic);
    Session session = presence.session();
    await(session.track(topic, "ana", META));
    until("a digest", () -> digest(partition) != 0);
    Map<Integer, Double> ana = digests();
    await(session.track(topic, "bo", META));
    until("another digest", () -> digest(partition) != ana.get(partition));
    Set<Map.Entry<Integer, Double>> changed = new HashSet<>(digests().entrySet());
    changed.removeAll(ana.entrySet());
    assertThat(changed).extracting(Map.Entry::getKey).containsExactly(partition);
    await(session.untrack(topic, "bo"));
    until("the digest of before", () -> digests().equals(ana));
    await(session.close());
    shows(0, 0, 0);
  }

  private static double digest(int partition) {
    return digests().get(partition);
  }

  private static Map<Integer, Double> digests() {
    return registry.get("rollcall.replica.digest").gauges().stream()
        .collect(
            Collectors.toMap(
                gauge -> Integer.valueOf(gauge.getId().getTag("partition")),
                gauge -> gauge.value()));
  }

  /** Returns a gauge's value, or how often something was counted. */
  private static double value(String name) {
    return registry.get(name).meter().measure().iterator().next().getValue();
  }

  private static void until(String name, double expected) throws Exception {
    until(name + " is " + expected, () -> value(name) == expected);
  }

  private static void until(String what, BooleanSupplier holds) throws Exception {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not yet: %s", what).isLessThan(deadlineNanos);
      await(node.vertx().timer(20));
    }
  }

  /** Follows without listening. */
  private static final class Deaf implements PresenceListener {
    @Override
    public void state(JsonObject state) {}

    @Override
    public void diff(JsonObject diff) {}
  }
}

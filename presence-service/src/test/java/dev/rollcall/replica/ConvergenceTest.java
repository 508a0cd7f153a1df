package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.TestNode;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real tracker, replicas and views over a network that loses, repeats and reorders; by seed. */
class ConvergenceTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final Set<String> MEMBERS = Set.of("m1");

  private final TestNode node = new TestNode(N1, "m1", 16);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void anyOrderLossAndRepetitionEndsWithWhatTheNodeTracks(long seed) {
    Random random = new Random(seed);
    List<Side> sides = List.of(new Side("r1"), new Side("r2"));
    for (int step = 0; step < 400; step++) {
      node.act(random);
      for (Side side : sides) {
        side.send(node.beat(), random);
      }
      node.flush().ifPresent(delta -> sides.forEach(side -> side.send(delta, random)));
      for (Side side : sides) {
        side.step(random, step * 50L);
      }
    }
    sides.forEach(Side::heal);
    for (Side side : sides) {
      assertThat(side.held()).isEqualTo(node.entries());
      side.followers.forEach(
          (topic, view) -> assertThat(new HashSet<>(view.entries())).isEqualTo(side.listed(topic)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void mergingSnapshotsIsCommutativeAssociativeAndIdempotent(long seed) {
    Random random = new Random(seed);
    List<PresenceMessage> copies = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      node.act(random);
      node.flush().ifPresent(copies::add);
      copies.add(node.answer(new Pull(N1, Long.MAX_VALUE)));
    }
    for (int round = 0; round < 20; round++) {
      Collections.shuffle(copies, random);
      Replica left = heard("r1");
      copies.forEach(copy -> left.receive(copy, 0));
      copies.subList(0, 5).forEach(copy -> left.receive(copy, 0));
      assertThat(new HashSet<>(left.answer(new Pull(N1, 0)).entries())).isEqualTo(node.entries());
      Replica right = heard("r2");
      right.receive(left.answer(new Pull(N1, 0)), 0);
      copies.forEach(copy -> right.receive(copy, 0));
      assertThat(right.answer(new Pull(N1, 0))).isEqualTo(left.answer(new Pull(N1, 0)));
    }
  }

  private Replica heard(String name) {
    Replica replica = new Replica(new NodeId(name), "m1", 4_000, new RecordingOutbox());
    replica.receive(node.beat(), 0);
    return replica;
  }

  /** One replica, a view of each topic, and the bad network before both. */
  private final class Side {
    final RecordingOutbox outbox = new RecordingOutbox();
    final Replica replica;
    final Map<String, TestNode.Follower> followers = new HashMap<>();
    final List<PresenceMessage> underWay = new ArrayList<>();
    long now;

    Side(String name) {
      replica = new Replica(new NodeId(name), "m1", 4_000, outbox);
      replica.members(MEMBERS);
      List.of("room:0", "room:1", "room:2")
          .forEach(topic -> followers.put(topic, new TestNode.Follower(topic)));
    }

    void send(PresenceMessage message, Random random) {
      for (int copies = random.nextInt(3); copies > 0; copies--) {
        underWay.add(message);
      }
    }

    void step(Random random, long atMillis) {
      now = atMillis;
      while (underWay.size() > 3) {
        receive(underWay.remove(random.nextInt(underWay.size())));
      }
      List<RecordingOutbox.Pulled> pulls = List.copyOf(outbox.pulls);
      outbox.pulls.clear();
      pulls.forEach(pull -> send(node.answer(new Pull(N1, pull.after())), random));
      replica.tick(now);
      if (random.nextBoolean()) {
        replica.flush();
      }
      deliverDiffs(random.nextInt(4) > 0);
      if (random.nextInt(10) == 0) {
        catchUp();
      }
    }

    void heal() {
      underWay.forEach(this::receive);
      now += 1_000;
      replica.tick(now);
      outbox.pulls.clear();
      replica.receive(node.beat(), now);
      outbox.pulls.forEach(pull -> receive(node.answer(new Pull(N1, pull.after()))));
      replica.flush();
      deliverDiffs(true);
      catchUp();
    }

    void deliverDiffs(boolean arrive) {
      for (Diff diff : outbox.diffs) {
        if (arrive) {
          followers.get(diff.topic()).receive(diff);
        }
      }
      outbox.diffs.clear();
    }

    /** Asks as a node's views do now and then. */
    void catchUp() {
      Map<String, dev.rollcall.presence.Position> question = new HashMap<>();
      followers.forEach(
          (topic, view) -> question.put(topic, view.behind() ? null : view.position()));
      PresenceMessage.Answer answer = replica.answer(new Ask(question));
      if (answer != null) {
        deliverDiffs(true);
        answer.states().forEach(state -> followers.get(state.topic()).receive(state));
      }
    }

    void receive(PresenceMessage message) {
      replica.receive(message, now);
    }

    Set<Entry> held() {
      Snapshot snapshot = replica.answer(new Pull(N1, 0));
      return new HashSet<>(snapshot.entries());
    }

    Set<Entry> listed(String topic) {
      Set<Entry> entries = new HashSet<>(held());
      entries.removeIf(entry -> !entry.topic().equals(topic));
      return entries;
    }
  }
}

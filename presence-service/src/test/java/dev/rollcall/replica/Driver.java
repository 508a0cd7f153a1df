package dev.rollcall.replica;

import static dev.rollcall.replica.Samples.LOBBY;
import static dev.rollcall.replica.Samples.N1;
import static dev.rollcall.replica.Samples.N2;
import static dev.rollcall.replica.Samples.R1;
import static dev.rollcall.replica.Samples.R2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.Standing;
import dev.rollcall.pubsub.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Replica r1 in a cluster of r1, r2, n1 and n2, and what reaches it. */
final class Driver {
  static final Set<String> MEMBERS = Set.of("m-r1", "m-r2", "m-n1", "m-n2");

  /** Far from any origin, where a time that was never set would show. */
  private static final long START_MILLIS = 5_000_000;

  private static final long TICK_MILLIS = 250;

  final RecordingOutbox outbox = new RecordingOutbox();
  final Replica replica;
  long now = START_MILLIS;
  private long beats;

  /** Returns one without windows: each flush ends all that are open. */
  Driver() {
    this(new Window.Bounds(0, 0));
  }

  /** Returns one that does only so much in a turn. */
  Driver(int turn) {
    ReplicaConfig config = new ReplicaConfig(1_000, 4_000, new Window.Bounds(0, 0));
    replica = new Replica(R1, "m-r1", config, outbox, turn);
  }

  Driver(Window.Bounds windows) {
    replica = new Replica(R1, "m-r1", new ReplicaConfig(1_000, 4_000, windows), outbox);
  }

  void becomeReady() {
    replica.members(MEMBERS);
    tick();
    beatOf(R1, R2, N1, N2);
    tick();
    assertThat(replica.isReady()).isTrue();
    outbox.clear();
  }

  /** Becomes ready, and Ana is in the lobby by n1. */
  void trackAna() {
    becomeReady();
    operate(N1, Samples.add(Samples.ana(N1, 1)));
    flush();
  }

  void receive(PresenceMessage message) {
    replica.receive(message, now);
  }

  /** The node's next operations reach the replica. */
  void operate(NodeId node, Operation... operations) {
    receive(new Delta(node, operations[0].clock() - 1, List.of(operations)));
  }

  void beatOf(NodeId... nodes) {
    beats++;
    for (NodeId node : nodes) {
      receive(beat(node, beats, 0));
    }
  }

  /** Returns the number of the last beat. */
  long beats() {
    return beats;
  }

  void tick() {
    replica.tick(now);
  }

  void flush() {
    replica.flush(now);
  }

  /** Lets time pass while only these nodes beat, and tells of all that changed. */
  void pass(long millis, NodeId... living) {
    for (long end = now + millis; now < end; ) {
      now += TICK_MILLIS;
      beatOf(living);
      tick();
      flush();
    }
  }

  /** The process stands still. */
  void freeze(long millis) {
    now += millis;
  }

  /** Returns the lobby's list, with all that waited to be told. */
  List<Entry> lobby() {
    return list(LOBBY);
  }

  List<Entry> list(String topic) {
    flush();
    return replica.answer(new Query(topic, Query.Kind.PAGE, "", 1_000), now).entries();
  }

  /** A node follows a topic of which it knows nothing. */
  Answer follow(NodeId asker, String topic) {
    return ask(asker, topic, Standing.NONE);
  }

  Answer ask(NodeId asker, String topic, Standing standing) {
    receive(new Ask(asker, R1, null, Map.of(topic, standing)));
    return outbox.last(Answer.class);
  }

  Digest word() {
    tick();
    now += 1_000;
    tick();
    return outbox.last(Digest.class);
  }

  static Beat beat(NodeId node, long number, long clock) {
    return new Beat(node, "m-" + node, number, clock);
  }

  /** Returns what r2 says of one node. */
  static Digest digest(NodeId node, long clock, long beat) {
    return digest(false, 0, Map.of(node, new Progress("m-" + node, clock, beat)), Map.of());
  }

  /** Returns what r2 says of one node when it is ready. */
  static Digest readyDigest(NodeId node, long clock, long beat) {
    return digest(true, 0, Map.of(node, new Progress("m-" + node, clock, beat)), Map.of());
  }

  /** Returns r2's word on itself. */
  static Digest digest(boolean ready, long epochCounter) {
    return digest(ready, epochCounter, Map.of(), Map.of());
  }

  /** Returns what r2 says of a node that said goodbye. */
  static Digest departed(NodeId node, long clock) {
    return digest(false, 0, Map.of(), Map.of(node, clock));
  }

  private static Digest digest(
      boolean ready, long epoch, Map<NodeId, Progress> nodes, Map<NodeId, Long> departed) {
    return new Digest(R2, "m-r2", ready, epoch, nodes, departed);
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.Crowd;
import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.Part;
import dev.rollcall.presence.PresenceCodec;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.Standing;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * For how long the snapshot of a large node holds up an event loop: that of the node, which hands
 * it out, and that of a replica, which takes it and tells a follower of all who joined. It travels
 * through the codec, and the longest turn of each side counts.
 */
final class SnapshotMeasurement {
  private static final int TOPICS = 10;
  private static final int ROUNDS = 40;

  /** The first rounds warm up. */
  private static final int WARM_UP = 20;

  private static final NodeId NODE = Crowd.node(1);
  private static final NodeId FOLLOWER = Crowd.node(2);
  private static final NodeId REPLICA = new NodeId("replica");

  /** What the replica sends: questions to the node wait here, diffs only cost their encoding. */
  private static final class Sent implements Outbox {
    private final Deque<Buffer> questions = new ArrayDeque<>();
    private int joins;

    @Override
    public void toNode(NodeId node, PresenceMessage message) {
      if (message instanceof Pull || message instanceof PullPiece) {
        questions.add(PresenceCodec.encode(message));
      }
    }

    @Override
    public void toNodes(Collection<NodeId> nodes, PresenceMessage message) {
      PresenceCodec.encode(message);
      joins += message instanceof Diff diff ? diff.joins().size() : 0;
    }

    @Override
    public void toAllNodes(PresenceMessage message) {}

    @Override
    public void toReplica(NodeId replica, PresenceMessage message) {}

    @Override
    public void toAllReplicas(PresenceMessage message) {}
  }

  private final Part part = new Part(NODE, 1_024, Part.Changes.NONE);
  private final Sent sent = new Sent();
  private final Replica replica =
      new Replica(
          REPLICA, "member", new ReplicaConfig(1_000, 4_000, new Window.Bounds(10, 500)), sent);
  private long nowMillis;
  private long nodeNanos;
  private long replicaNanos;

  private SnapshotMeasurement(int presences) {
    for (int user = 0; user < presences; user += 500) {
      part.apply(Crowd.delta(NODE, user, 500, user, number -> "room:" + number % TOPICS));
    }
  }

  public static void main(String[] args) {
    // Those of a node on many topics are spread over the shards; those of one topic are not.
    measure(100_000 / Ownership.SHARDS);
    measure(100_000);
  }

  private static void measure(int presences) {
    double[] node = new double[ROUNDS - WARM_UP];
    double[] replica = new double[ROUNDS - WARM_UP];
    for (int round = 0; round < ROUNDS; round++) {
      SnapshotMeasurement measured = new SnapshotMeasurement(presences);
      System.gc();
      measured.run();
      if (round >= WARM_UP) {
        node[round - WARM_UP] = measured.nodeNanos / 1e6;
        replica[round - WARM_UP] = measured.replicaNanos / 1e6;
      }
    }
    System.out.printf(
        "a snapshot of %,d in one shard, longest turn of the node: %.1f ms, of the replica: %.1f"
            + " ms (medians of %d)%n",
        presences, median(node), median(replica), node.length);
  }

  private void run() {
    becomeReady();
    for (int topic = 0; topic < TOPICS; topic++) {
      Map<String, Standing> question = Map.of("room:" + topic, Standing.NONE);
      replica.receive(new Ask(FOLLOWER, REPLICA, null, question), nowMillis);
    }
    replica.receive(new Beat(NODE, "member1", 1, part.clock()), nowMillis);
    while (sent.joins < part.size()) {
      step();
    }
  }

  private void becomeReady() {
    while (!replica.isReady()) {
      nowMillis += 250;
      replica.members(Set.of("member", "member1"));
      replica.receive(new Beat(FOLLOWER, "member2", nowMillis, 0), nowMillis);
      replica.tick(nowMillis);
    }
  }

  /** A question is answered, or time passes. */
  private void step() {
    Buffer question = sent.questions.poll();
    if (question == null) {
      nowMillis++;
      replicaNanos = Math.max(replicaNanos, time(() -> replica.flush(nowMillis)));
      return;
    }
    long startedNanos = System.nanoTime();
    List<Buffer> answers =
        answer(PresenceCodec.decode(question).orElseThrow()).stream()
            .map(PresenceCodec::encode)
            .toList();
    nodeNanos = Math.max(nodeNanos, System.nanoTime() - startedNanos);
    for (Buffer answer : answers) {
      replicaNanos = Math.max(replicaNanos, time(() -> take(answer)));
    }
  }

  private List<PresenceMessage> answer(PresenceMessage question) {
    return question instanceof Pull pull
        ? part.answer(pull, NODE, nowMillis)
        : part.answer((PullPiece) question, NODE, nowMillis).stream().toList();
  }

  private void take(Buffer answer) {
    replica.receive(PresenceCodec.decode(answer).orElseThrow(), nowMillis);
    replica.flush(nowMillis);
  }

  private static long time(Runnable turn) {
    long startedNanos = System.nanoTime();
    turn.run();
    return System.nanoTime() - startedNanos;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}

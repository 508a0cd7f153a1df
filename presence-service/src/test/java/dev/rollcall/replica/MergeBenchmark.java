package dev.rollcall.replica;

import dev.rollcall.presence.Crowd;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.Reason;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes a replica to merge one delta and to end the windows that are due. Each operation
 * adds a presence and removes the oldest one of its node, so that the state stays as large as it
 * is. The time is that of one delta, its making included.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class MergeBenchmark {
  private static final int NODES = 50;

  /** What is there already. */
  public enum Load {
    EMPTY(0, 1),
    ONE_TOPIC(100_000, 1),
    MANY_TOPICS(100_000, 10_000);

    private final int presences;
    private final int topics;

    Load(int presences, int topics) {
      this.presences = presences;
      this.topics = topics;
    }
  }

  @Param({"1", "20", "500"})
  int operations;

  @Param Load load;

  private final List<NodeId> nodes = new ArrayList<>();
  private final List<String> topics = new ArrayList<>();
  private long[] clocks;
  private Replica replica;
  private int keptANode;
  private int turn;
  private int user;
  private long nowMillis;

  @Setup
  public void fill() {
    NodeId self = new NodeId("replica");
    ReplicaConfig config = new ReplicaConfig(1_000, 4_000, new Window.Bounds(10, 500));
    replica = new Replica(self, "member", config, new Silence());
    clocks = new long[NODES];
    // Nothing is kept of an empty state but the last delta, which the next one removes.
    keptANode = Math.max(load.presences / NODES, operations);
    for (int topic = 0; topic < load.topics; topic++) {
      topics.add("room:" + topic);
    }
    for (int node = 0; node < NODES; node++) {
      nodes.add(Crowd.node(node));
      replica.receive(new Beat(nodes.get(node), "member" + node, 1, 0), nowMillis);
    }
    for (int filled = 0; filled < load.presences; filled += operations) {
      mergeAndFlush();
    }
  }

  @Benchmark
  public void mergeAndFlush() {
    replica.receive(make(), nowMillis);
    nowMillis++;
    replica.flush(nowMillis);
  }

  private Delta make() {
    int node = turn++ % NODES;
    NodeId id = nodes.get(node);
    long from = clocks[node];
    List<Operation> made = new ArrayList<>(operations);
    for (int i = 1; i <= operations; i++) {
      long clock = from + i;
      long oldest = Math.max(0, clock - keptANode);
      String topic = topics.get(user % topics.size());
      made.add(
          new Operation(
              clock,
              Crowd.entry(id, clock, topic, user++ & 0xFFFFF),
              oldest,
              oldest == 0 ? null : Reason.CLOSED));
    }
    clocks[node] += operations;
    return new Delta(id, from, made);
  }
}

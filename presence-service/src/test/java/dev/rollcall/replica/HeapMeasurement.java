package dev.rollcall.replica;

import dev.rollcall.presence.Crowd;
import dev.rollcall.presence.PresenceCodec;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Beat;
import java.lang.management.ManagementFactory;
import java.util.function.IntFunction;

/** What a presence takes of a replica's heap, when each came in a message of its own. */
final class HeapMeasurement {
  private static final int PRESENCES = 100_000;
  private static final int NODES = 50;

  /** What one collection finds another may free. */
  private static final int COLLECTIONS = 4;

  private HeapMeasurement() {}

  public static void main(String[] args) {
    bytesAPresence(1);
    for (int topics : new int[] {1, 10_000}) {
      System.out.printf(
          "%,d presences of %d nodes on %,d topics: %d bytes each%n",
          PRESENCES, NODES, topics, bytesAPresence(topics));
    }
  }

  static long bytesAPresence(int topics) {
    long before = usedBytes();
    Replica replica = fill(user -> "room:" + user % topics);
    long used = usedBytes() - before;
    if (replica.counts().presences() != PRESENCES) {
      throw new IllegalStateException("the replica has " + replica.counts());
    }
    return used / PRESENCES;
  }

  private static Replica fill(IntFunction<String> topicOf) {
    ReplicaConfig config = new ReplicaConfig(1_000, 4_000, new Window.Bounds(10, 500));
    Replica replica = new Replica(Crowd.node(NODES), "member", config, new Silence());
    for (int node = 0; node < NODES; node++) {
      receive(replica, new Beat(Crowd.node(node), "member" + node, 1, 0), 0);
    }
    for (int user = 0; user < PRESENCES; user++) {
      long from = user / NODES;
      receive(replica, Crowd.delta(Crowd.node(user % NODES), from, 1, user, topicOf), user / 50);
    }
    for (long nowMillis = PRESENCES; replica.isPending(); nowMillis++) {
      replica.flush(nowMillis);
    }
    return replica;
  }

  private static void receive(Replica replica, PresenceMessage message, long nowMillis) {
    replica.receive(PresenceCodec.decode(PresenceCodec.encode(message)).orElseThrow(), nowMillis);
    replica.flush(nowMillis);
  }

  private static long usedBytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}

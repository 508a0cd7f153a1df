package dev.rollcall.replica;

import dev.rollcall.presence.Crowd;
import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.PresenceCodec;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.SimulatedNode;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What trackers and replicas send while nobody comes or goes: whole clusters in virtual time, whose
 * messages the production codec writes and reads. A message counts once for each other process that
 * gets it, as the event bus sends it, without what the bus puts around it.
 */
final class GossipMeasurement {
  private static final int NODES = 200;

  /** The first of the nodes are presence-service. */
  private static final int REPLICAS = 3;

  private static final int TOPICS = 10_000;
  private static final int SECONDS = 20;
  private static final int TICKS_A_SECOND = 4;
  private static final int TRACKS_A_FLUSH = 500;

  /** One process: its tracker and views, and its replica if it is of presence-service. */
  private final class Instance implements SimulatedNode.Surroundings, Outbox {
    final NodeId id;
    final SimulatedNode node;
    final Replica replica;

    Instance(int number) {
      id = Crowd.node(number);
      node = new SimulatedNode(id, id.value(), 1_024, 4_096, this);
      ReplicaConfig config = new ReplicaConfig(1_000, 4_000, new Window.Bounds(10, 500));
      replica = number < REPLICAS ? new Replica(id, id.value(), config, this) : null;
    }

    @Override
    public void toNode(NodeId to, PresenceMessage message) {
      post(this, List.of(find(to)), message, false);
    }

    @Override
    public void toNodes(Collection<NodeId> nodes, PresenceMessage message) {
      post(this, nodes.stream().map(GossipMeasurement.this::find).toList(), message, false);
    }

    @Override
    public void toAllNodes(PresenceMessage message) {
      post(this, instances, message, false);
    }

    @Override
    public void toReplica(NodeId to, PresenceMessage message) {
      post(this, List.of(find(to)), message, true);
    }

    @Override
    public void toAllReplicas(PresenceMessage message) {
      post(this, instances.subList(0, REPLICAS), message, true);
    }

    @Override
    public void known(String topic) {}

    @Override
    public void lastLeft(String topic, String key, Set<Ref> refs) {}

    @Override
    public void toldWrong(String topic, String what) {}

    @Override
    public void changed(String topic) {}
  }

  private record Delivery(Instance to, Buffer message, boolean toReplica) {}

  private final List<Instance> instances = new ArrayList<>();
  private final List<Delivery> posted = new ArrayList<>();
  private long nowMillis;
  private long messages;
  private long bytes;

  private GossipMeasurement() {
    IntStream.range(0, NODES).forEach(number -> instances.add(new Instance(number)));
  }

  public static void main(String[] args) {
    for (int presences : new int[] {0, 1_000_000}) {
      long messages = 0;
      long bytes = 0;
      for (int shard = 0; shard < Ownership.SHARDS; shard++) {
        GossipMeasurement measured = new GossipMeasurement();
        measured.fill(presences / Ownership.SHARDS);
        measured.rest();
        messages += measured.messages;
        bytes += measured.bytes;
      }
      System.out.printf(
          "%d nodes, %d replicas, %,d presences: %,d messages, %,d bytes a second%n",
          NODES, REPLICAS, presences, messages / SECONDS, bytes / SECONDS);
    }
  }

  private void fill(int presences) {
    second();
    int aNode = presences / NODES;
    for (int number = 0; number < NODES; number++) {
      for (int i = 0; i < aNode; i++) {
        int user = number * aNode + i;
        instances
            .get(number)
            .node
            .track(user, "room:" + user % TOPICS, Crowd.key(user), Crowd.meta(user), null);
        if (i % TRACKS_A_FLUSH == 0) {
          instances.get(number).node.flush();
          deliver();
        }
      }
      instances.get(number).node.flush();
      deliver();
    }
    IntStream.range(0, 10).forEach(second -> second());
    for (Instance instance : instances.subList(0, REPLICAS)) {
      if (instance.replica.counts().presences() != presences || !instance.replica.isReady()) {
        throw new IllegalStateException(instance.id + " has " + instance.replica.counts());
      }
    }
  }

  private void rest() {
    messages = 0;
    bytes = 0;
    IntStream.range(0, SECONDS).forEach(second -> second());
  }

  private void second() {
    Set<String> members =
        instances.stream().map(instance -> instance.id.value()).collect(Collectors.toSet());
    instances.forEach(instance -> instance.node.beat());
    for (int tick = 0; tick < TICKS_A_SECOND; tick++) {
      nowMillis += 1_000 / TICKS_A_SECOND;
      deliver();
      for (Instance instance : instances) {
        instance.node.tick(members, nowMillis);
        if (instance.replica != null) {
          instance.replica.members(members);
          instance.replica.tick(nowMillis);
          instance.replica.flush(nowMillis);
        }
      }
      deliver();
    }
  }

  private Instance find(NodeId id) {
    return instances.stream().filter(instance -> instance.id.equals(id)).findAny().orElseThrow();
  }

  private void post(Instance from, List<Instance> to, PresenceMessage message, boolean toReplica) {
    Buffer encoded = PresenceCodec.encode(message);
    for (Instance receiver : to) {
      posted.add(new Delivery(receiver, encoded, toReplica));
      if (receiver != from) {
        messages++;
        // And the byte that names the shard.
        bytes += encoded.length() + 1L;
      }
    }
  }

  /** Delivers all that was posted, and what that makes them post. */
  private void deliver() {
    while (!posted.isEmpty()) {
      List<Delivery> now = List.copyOf(posted);
      posted.clear();
      for (Delivery delivery : now) {
        PresenceMessage message = PresenceCodec.decode(delivery.message()).orElseThrow();
        if (delivery.toReplica()) {
          delivery.to().replica.receive(message, nowMillis);
        } else {
          delivery.to().node.receive(message, nowMillis);
        }
      }
    }
  }
}

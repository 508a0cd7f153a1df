package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.StoryNode;
import dev.rollcall.pubsub.NodeId;
import java.util.Collection;
import java.util.List;

/**
 * One process of a story: a node, and a replica if it is of presence-service. It keeps the times
 * that the production loops keep.
 */
final class Actor implements StoryNode.Surroundings, Outbox {
  private static final long BEAT_MILLIS = 1_000;
  private static final long TICK_MILLIS = 250;
  private static final long FLUSH_MILLIS = 5;

  private static final ReplicaConfig CONFIG =
      new ReplicaConfig(1_000, 4_000, new Window.Bounds(10, 500));

  private final String name;
  private final Stage stage;
  private final StoryNode node;
  private final Replica replica;
  private boolean alive = true;
  private boolean flushing;
  private boolean replicaFlushing;
  private long flushedMillis = Long.MIN_VALUE / 2;

  Actor(String name, boolean isReplica, Stage stage) {
    this.name = name;
    this.stage = stage;
    NodeId id = new NodeId(name);
    this.node = new StoryNode(id, name, this);
    this.replica = isReplica ? new Replica(id, name, CONFIG, this) : null;
  }

  void start() {
    every(BEAT_MILLIS, node::beat);
    every(TICK_MILLIS, this::tick);
  }

  String name() {
    return name;
  }

  boolean isAlive() {
    return alive;
  }

  /** Ends as a process does that is told to. */
  void stop() {
    if (replica != null) {
      replica.close(stage.now());
    }
    node.goodbye(stage.now());
    die();
  }

  void die() {
    alive = false;
  }

  void track(String key, String topic) {
    node.track(topic, key);
    flushSoon();
  }

  void untrack(String key, String topic) {
    node.untrack(topic, key);
    flushSoon();
  }

  void follow(String topic) {
    node.follow(topic, stage.now());
  }

  void receive(PresenceMessage message, boolean toReplica) {
    if (!alive) {
      return;
    }
    if (toReplica) {
      replica.receive(message, stage.now());
      flushReplica();
    } else {
      node.receive(message, stage.now());
      flushSoon();
    }
  }

  @Override
  public void toReplica(NodeId to, PresenceMessage message) {
    stage.send(name, "", List.of(to.value()), message, true);
  }

  @Override
  public void toAllReplicas(PresenceMessage message) {
    stage.send(name, "replicas", stage.replicas(), message, true);
  }

  @Override
  public void toNode(NodeId to, PresenceMessage message) {
    toNodes(List.of(to), message);
  }

  @Override
  public void toNodes(Collection<NodeId> to, PresenceMessage message) {
    stage.send(name, "", to.stream().map(NodeId::value).toList(), message, false);
  }

  @Override
  public void toAllNodes(PresenceMessage message) {
    stage.send(name, "all", stage.living(), message, false);
  }

  @Override
  public void seen(String what) {
    stage.seen(name, what);
  }

  private void every(long millis, Runnable run) {
    if (alive) {
      run.run();
      stage.at(stage.now() + millis, () -> every(millis, run));
    }
  }

  private void tick() {
    node.tick(stage.members(name), stage.now());
    flushSoon();
    if (replica != null) {
      replica.members(stage.members(name));
      replica.tick(stage.now());
      flushReplica();
    }
  }

  /** Operations that follow others so soon travel as one delta. */
  private void flushSoon() {
    if (!flushing) {
      flushing = true;
      stage.at(Math.max(stage.now(), flushedMillis + FLUSH_MILLIS), this::flush);
    }
  }

  private void flush() {
    flushing = false;
    if (alive && node.flush()) {
      flushedMillis = stage.now();
    }
  }

  /** What is due goes out now, what is not in a moment. */
  private void flushReplica() {
    if (replicaFlushing || !replica.isPending()) {
      return;
    }
    replica.flush(stage.now());
    if (replica.isPending()) {
      replicaFlushing = true;
      stage.at(
          stage.now() + FLUSH_MILLIS,
          () -> {
            replicaFlushing = false;
            if (alive) {
              flushReplica();
            }
          });
    }
  }
}

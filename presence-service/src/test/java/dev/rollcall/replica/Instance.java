package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.SimulatedNode;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** One process of the world: a node, and a replica if it is of presence-service. */
final class Instance implements SimulatedNode.Surroundings, Outbox {
  private static final int LOG_LIMIT = 24;
  private static final int HANDED_LIMIT = 3;
  private static final long BEAT_MILLIS = 1_000;
  private static final long TICK_MILLIS = 250;
  private static final ReplicaConfig CONFIG =
      new ReplicaConfig(1_000, 4_000, new Window.Bounds(10, 500));

  final String name;
  final NodeId id;
  final SimulatedNode node;
  final Replica replica;
  final Unrest unrest = new Unrest();
  private final World world;
  private final List<Runnable> deferred = new ArrayList<>();
  private boolean alive = true;
  private boolean graceful;
  private boolean goodbyeLost;
  private boolean flushing;
  private long endedMillis;
  private long diffLostMillis = Long.MIN_VALUE / 2;

  /** By how much its clock is ahead of the world's: nobody's clock begins where another's does. */
  private long aheadMillis;

  private long frozenUntilMillis;

  Instance(String name, boolean isReplica, World world) {
    this.name = name;
    this.world = world;
    this.id = new NodeId(name);
    this.aheadMillis = world.below(1_000_000_000);
    this.node = new SimulatedNode(id, name, LOG_LIMIT, HANDED_LIMIT, this);
    // Every other one can do so little at a time that a few entries are much.
    int turn = Math.floorMod(name.hashCode(), 2) == 0 ? 5 : 4_096;
    this.replica = isReplica ? new Replica(id, name, CONFIG, this, turn) : null;
  }

  void start() {
    every(BEAT_MILLIS, node::beat);
    every(TICK_MILLIS, this::tick);
  }

  boolean isAlive() {
    return alive;
  }

  boolean isReplica() {
    return replica != null;
  }

  boolean isFrozen() {
    return world.now() < frozenUntilMillis;
  }

  /** Returns what its own clock says. */
  long now() {
    return world.now() + aheadMillis;
  }

  void jumpClock(long millis) {
    aheadMillis += millis;
  }

  /** Tells whether it said goodbye. */
  boolean wentGracefully() {
    return graceful;
  }

  /** Tells whether everybody could hear its goodbye and take it. */
  boolean wasHeardToGo() {
    return graceful && !goodbyeLost;
  }

  void goodbyeIsLost() {
    goodbyeLost = true;
  }

  void diffIsLost() {
    diffLostMillis = world.now();
  }

  /** Tells whether every diff that was sent to it for so long is with it, or under way. */
  boolean hasEveryDiff(long sinceMillis) {
    return world.now() - diffLostMillis > sinceMillis;
  }

  /** Returns for how long it has been gone. */
  long goneMillis() {
    return world.now() - endedMillis;
  }

  /** Does it now, or when the process stands no longer still. */
  void run(Runnable run) {
    if (!alive) {
      return;
    }
    if (isFrozen()) {
      deferred.add(run);
    } else {
      run.run();
    }
  }

  void receive(PresenceMessage message, boolean toReplica) {
    if (toReplica) {
      replica.receive(message, now());
      flushReplica();
    } else {
      node.receive(message, now());
      world.after(5, () -> run(node::flush));
    }
  }

  void freeze(long millis) {
    frozenUntilMillis = world.now() + millis;
    world.after(millis, this::thaw);
  }

  void crash() {
    alive = false;
    endedMillis = world.now();
  }

  void stop() {
    graceful = true;
    // No goodbye is taken as long as something that lingers is missing, and that nobody may have.
    goodbyeLost = !unrest.isOver(world.now());
    if (isReplica()) {
      replica.close(now());
    }
    node.goodbye(now());
    alive = false;
    endedMillis = world.now();
  }

  private void tick() {
    Set<String> members = world.members(this);
    node.tick(members, now());
    node.flush();
    if (isReplica()) {
      replica.members(members);
      replica.tick(now());
      flushReplica();
    }
  }

  private void every(long millis, Runnable run) {
    world.after(world.below((int) millis), () -> repeat(millis, run));
  }

  private void repeat(long millis, Runnable run) {
    if (alive) {
      run(run);
      world.at(Math.max(world.now(), frozenUntilMillis) + millis, () -> repeat(millis, run));
    }
  }

  private void thaw() {
    List<Runnable> late = List.copyOf(deferred);
    deferred.clear();
    late.forEach(this::run);
  }

  private void flushReplica() {
    replica.flush(now());
    if (replica.isPending() && !flushing) {
      flushing = true;
      world.after(5, this::flushAgain);
    }
  }

  private void flushAgain() {
    flushing = false;
    run(this::flushReplica);
  }

  @Override
  public void toReplica(NodeId to, PresenceMessage message) {
    world.send(this, living(to).filter(Instance::isReplica).toList(), message, true);
  }

  private Stream<Instance> living(NodeId to) {
    return Stream.ofNullable(world.named(to.value())).filter(Instance::isAlive);
  }

  @Override
  public void toAllReplicas(PresenceMessage message) {
    world.send(this, world.replicas(), message, true);
  }

  @Override
  public void toNode(NodeId to, PresenceMessage message) {
    world.send(this, living(to).toList(), message, false);
  }

  @Override
  public void toNodes(Collection<NodeId> nodes, PresenceMessage message) {
    world.send(
        this, world.living().stream().filter(p -> nodes.contains(p.id)).toList(), message, false);
  }

  @Override
  public void toAllNodes(PresenceMessage message) {
    world.send(this, world.living(), message, false);
  }

  @Override
  public void known(String topic) {
    world.witness().known(this, topic);
  }

  @Override
  public void lastLeft(String topic, String key, Set<Ref> refs) {
    world.witness().lastLeft(this, topic, key, refs);
  }

  @Override
  public void toldWrong(String topic, String what) {
    throw new Violation("DiffsFoldToList", name + " is told on " + topic + ": " + what);
  }

  @Override
  public void changed(String topic) {
    world.witness().changed(this, topic);
  }
}

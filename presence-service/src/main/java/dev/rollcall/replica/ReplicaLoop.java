package dev.rollcall.replica;

import dev.rollcall.presence.PresenceBus;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.PresenceMessage.Result;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.pubsub.Membership;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.function.Function;

/**
 * Carries messages and time to one shard's replica on its context, and what it sends to the bus.
 */
final class ReplicaLoop implements Outbox {
  private static final long TICK_MILLIS = 250;
  private static final long FLUSH_MILLIS = 5;

  private final Vertx vertx;
  private final PresenceBus bus;
  private final int shard;
  private final Context context;
  private final Membership membership;
  private final ReplicaMetrics metrics;
  private final Replica replica;
  private boolean flushing;
  private volatile boolean ready;
  private volatile Replica.Counts counts = Replica.Counts.NONE;
  private volatile long[] digests = new long[0];

  ReplicaLoop(
      Vertx vertx,
      PresenceBus bus,
      int shard,
      Context context,
      NodeId self,
      Membership membership,
      ReplicaConfig config,
      ReplicaMetrics metrics) {
    this.vertx = vertx;
    this.bus = bus;
    this.shard = shard;
    this.context = context;
    this.membership = membership;
    this.metrics = metrics;
    this.replica = new Replica(self, membership.self(), config, this);
  }

  Context context() {
    return context;
  }

  void start() {
    context.runOnContext(now -> vertx.setPeriodic(0, TICK_MILLIS, timer -> tick()));
  }

  /** To be called on the context. */
  void receive(PresenceMessage message) {
    long startedNanos = System.nanoTime();
    replica.receive(message, nowMillis());
    if (message instanceof Delta delta) {
      metrics.merged(delta, System.nanoTime() - startedNanos);
    } else if (message instanceof Snapshot) {
      metrics.snapshotPiece(System.nanoTime() - startedNanos);
    }
    flushSoon();
  }

  /** To be called on the context; null refuses. */
  Result answer(Query query) {
    return replica.answer(query, nowMillis());
  }

  /** The others take over at once, not only when they miss this one. */
  Future<Void> close() {
    ready = false;
    Promise<Void> handedOver = Promise.promise();
    context.runOnContext(
        now -> {
          replica.close(nowMillis());
          handedOver.complete();
        });
    return handedOver.future();
  }

  boolean isReady() {
    return ready;
  }

  /** Reads something of the replica, in its turn. */
  <T> Future<T> read(Function<Replica, T> what) {
    Promise<T> done = Promise.promise();
    context.runOnContext(now -> done.complete(what.apply(replica)));
    return done.future();
  }

  Replica.Counts counts() {
    return counts;
  }

  /** Returns the digest of each partition; 0 for those of other shards. */
  long[] digests() {
    return digests;
  }

  @Override
  public void toNode(NodeId node, PresenceMessage message) {
    count(message);
    bus.toNode(shard, node, message);
  }

  @Override
  public void toNodes(Collection<NodeId> nodes, PresenceMessage message) {
    count(message);
    bus.toNodes(shard, nodes, message);
  }

  @Override
  public void toAllNodes(PresenceMessage message) {
    bus.toAllNodes(shard, message);
  }

  @Override
  public void toReplica(NodeId replica, PresenceMessage message) {
    count(message);
    bus.toReplica(shard, replica, message);
  }

  @Override
  public void toAllReplicas(PresenceMessage message) {
    bus.toAllReplicas(shard, message);
  }

  private void count(PresenceMessage message) {
    if (message instanceof Diff diff) {
      metrics.diff(diff);
    } else if (message instanceof Pull) {
      metrics.pull();
    }
  }

  private void tick() {
    replica.members(membership.members());
    replica.tick(nowMillis());
    flushSoon();
    counts = replica.counts();
    digests = replica.digests();
    ready = replica.isReady();
  }

  /** What is due goes out now, what is not in a moment. */
  private void flushSoon() {
    if (flushing || !replica.isPending()) {
      return;
    }
    replica.flush(nowMillis());
    if (replica.isPending()) {
      flushing = true;
      vertx.setTimer(FLUSH_MILLIS, timer -> flush());
    }
  }

  private void flush() {
    flushing = false;
    flushSoon();
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }
}

package dev.rollcall.replica;

import dev.rollcall.node.Node;
import dev.rollcall.presence.PresenceBus;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.pubsub.NodeId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.ext.healthchecks.Status;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries messages and time to a replica, and what it wants done to the bus. */
final class ReplicaVerticle extends VerticleBase implements Outbox {
  private static final Logger log = LoggerFactory.getLogger(ReplicaVerticle.class);

  private static final long TICK_MILLIS = 250;

  private final Node node;
  private final ReplicaConfig config;
  private final Replica replica;
  private final Counter deltas;
  private final Counter snapshots;
  private final Counter pulls;
  private final Counter diffs;
  private PresenceBus bus;
  private boolean flushing;
  private volatile boolean ready;
  private volatile Replica.Counts counts = Replica.Counts.NONE;

  ReplicaVerticle(Node node) {
    MeterRegistry metrics = node.metrics();
    this.node = node;
    this.config = ReplicaConfig.from(node.environment());
    this.replica = new Replica(node.id(), node.membership().self(), config.downAfterMillis(), this);
    this.deltas = metrics.counter("rollcall.replica.deltas");
    this.snapshots = metrics.counter("rollcall.replica.snapshots");
    this.pulls = metrics.counter("rollcall.replica.pulls");
    this.diffs = metrics.counter("rollcall.replica.diffs");
  }

  @Override
  public Future<?> start() {
    bus = new PresenceBus(vertx);
    measure("rollcall.replica.presences", Replica.Counts::presences);
    measure("rollcall.replica.nodes.up", Replica.Counts::nodesUp);
    measure("rollcall.replica.nodes.down", Replica.Counts::nodesDown);
    node.readiness()
        .register("replica", check -> check.complete(ready ? Status.OK() : Status.KO()));
    return Future.all(bus.onReplicas(this::receive), bus.answerAsReplica(node.id(), this::answer))
        .onSuccess(listening -> vertx.setPeriodic(0, TICK_MILLIS, timer -> tick()));
  }

  /** The others take over at once, not only when they miss this one. */
  @Override
  public Future<?> stop() {
    ready = false;
    replica.close();
    return Future.succeededFuture();
  }

  @Override
  public void publish(Diff diff) {
    diffs.increment();
    bus.toViews(diff);
  }

  @Override
  public void announce(Readiness word) {
    bus.toViews(word);
  }

  @Override
  public void gossip(Digest digest) {
    bus.toReplicas(digest);
  }

  @Override
  public void pull(NodeId of, NodeId from, long after) {
    pulls.increment();
    Pull pull = new Pull(of, after);
    (from == null ? bus.askTracker(of, pull) : bus.askReplica(from, pull))
        .onSuccess(this::receive)
        .onFailure(fault -> log.debug("nothing pulled of node {}: {}", of, fault.getMessage()));
  }

  private void receive(PresenceMessage message) {
    if (message instanceof Delta) {
      deltas.increment();
    } else if (message instanceof Snapshot) {
      snapshots.increment();
    }
    replica.receive(message, nowMillis());
    flushSoon();
  }

  private PresenceMessage answer(PresenceMessage question) {
    if (question instanceof Ask ask) {
      return replica.answer(ask);
    }
    return question instanceof Pull pull ? replica.answer(pull) : null;
  }

  private void tick() {
    replica.members(node.membership().members());
    replica.tick(nowMillis());
    flushSoon();
    counts = replica.counts();
    if (ready != replica.isReady()) {
      ready = replica.isReady();
      log.info("replica {} is ready with {}", node.id(), counts);
    }
  }

  private void flushSoon() {
    if (config.windowMillis() == 0) {
      replica.flush();
    } else if (!flushing && replica.isPending()) {
      flushing = true;
      vertx.setTimer(config.windowMillis(), timer -> flush());
    }
  }

  private void flush() {
    flushing = false;
    replica.flush();
  }

  private void measure(String name, ToDoubleFunction<Replica.Counts> count) {
    Gauge.builder(name, this, verticle -> count.applyAsDouble(verticle.counts))
        .register(node.metrics());
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }
}

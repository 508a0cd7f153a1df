package dev.rollcall.replica;

import dev.rollcall.node.Node;
import dev.rollcall.presence.PresenceBus;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.pubsub.NodeId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.ext.healthchecks.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries messages and time to a replica, and its effects to the bus. */
final class ReplicaVerticle extends VerticleBase implements Replica.Outbox {
  private static final Logger log = LoggerFactory.getLogger(ReplicaVerticle.class);

  private static final long TICK_MILLIS = 250;
  private static final long DIGEST_MILLIS = 1_000;

  private final Node node;
  private final ReplicaConfig config;
  private final Counter diffs;
  private final Counter pulls;
  private PresenceBus bus;
  private Replica replica;
  private boolean flushing;
  private volatile boolean ready;
  private volatile int presences;
  private volatile int nodesUp;
  private volatile int nodesDown;

  ReplicaVerticle(Node node) {
    this.node = node;
    this.config = ReplicaConfig.from(node.environment());
    this.diffs = node.metrics().counter("rollcall.replica.diffs");
    this.pulls = node.metrics().counter("rollcall.replica.pulls");
  }

  @Override
  public Future<?> start() {
    bus = new PresenceBus(vertx);
    replica =
        new Replica(
            node.id(), node.membership().self(), config.downAfterMillis(), this, nowMillis());
    measure(node.metrics());
    node.readiness()
        .register("replica", check -> check.complete(ready ? Status.OK() : Status.KO()));
    vertx.setPeriodic(TICK_MILLIS, timer -> tick());
    vertx.setPeriodic(0, DIGEST_MILLIS, timer -> announce());
    return Future.all(bus.onReplicas(this::receive), bus.answerAsReplica(node.id(), this::answer));
  }

  /** The others take over at once, rather than after the silence of a death. */
  @Override
  public Future<?> stop() {
    replica.leave(nowMillis());
    announce();
    return Future.succeededFuture();
  }

  @Override
  public void publish(Diff diff) {
    diffs.increment();
    bus.toViews(diff);
  }

  @Override
  public void pull(NodeId peer, NodeId fromReplica, long after) {
    pulls.increment();
    Pull question = new Pull(peer, after);
    Future<PresenceMessage> answer =
        fromReplica == null
            ? bus.askTracker(peer, question)
            : bus.askReplica(fromReplica, question);
    answer
        .onSuccess(this::receive)
        .onFailure(fault -> log.debug("no answer of {}: {}", peer, fault.getMessage()));
  }

  private void receive(PresenceMessage message) {
    replica.receive(message, nowMillis());
    flushSoon();
  }

  private PresenceMessage answer(PresenceMessage question) {
    if (question instanceof Ask ask) {
      return replica.answer(ask).orElse(null);
    }
    return question instanceof Pull pull ? replica.answer(pull).orElse(null) : null;
  }

  private void tick() {
    replica.tick(node.membership().members(), nowMillis());
    flushSoon();
    presences = replica.presences();
    nodesUp = replica.nodesUp();
    nodesDown = replica.nodesDown();
    if (ready != replica.isReady()) {
      ready = replica.isReady();
      log.info("replica {} is {}", node.id(), ready ? "ready" : "not ready");
      announce();
    }
  }

  private void announce() {
    bus.toReplicas(replica.digest());
    bus.toViews(replica.readiness());
  }

  private void flushSoon() {
    if (!flushing && replica.hasOpenWindow()) {
      flushing = true;
      vertx.setTimer(
          config.windowMillis(),
          timer -> {
            flushing = false;
            replica.flush();
          });
    }
  }

  private void measure(MeterRegistry metrics) {
    Gauge.builder("rollcall.replica.presences", this, verticle -> verticle.presences)
        .register(metrics);
    Gauge.builder("rollcall.replica.nodes", this, verticle -> verticle.nodesUp)
        .tag("state", "up")
        .register(metrics);
    Gauge.builder("rollcall.replica.nodes", this, verticle -> verticle.nodesDown)
        .tag("state", "down")
        .register(metrics);
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }
}

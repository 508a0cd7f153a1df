package dev.rollcall.replica;

import dev.rollcall.node.Node;
import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.PresenceBus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.healthchecks.Status;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a replica of each shard on an event loop of its own. */
final class ReplicaVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ReplicaVerticle.class);

  private static final long CHECK_MILLIS = 250;

  private final Node node;
  private final ReplicaConfig config;
  private final List<ReplicaLoop> shards = new ArrayList<>();
  private boolean ready;

  ReplicaVerticle(Node node) {
    this.node = node;
    this.config = ReplicaConfig.from(node.environment(), node.heartbeatMillis());
  }

  @Override
  public Future<?> start() {
    PresenceBus bus = new PresenceBus(vertx);
    ReplicaMetrics metrics = new ReplicaMetrics(node.metrics());
    for (int shard = 0; shard < Ownership.SHARDS; shard++) {
      Context context = ((VertxInternal) vertx).createEventLoopContext();
      shards.add(
          new ReplicaLoop(
              vertx, bus, shard, context, node.id(), node.membership(), config, metrics));
    }
    metrics.show(shards, bus);
    node.operator().replica(() -> Overview.of(shards));
    node.readiness()
        .register("replica", check -> check.complete(isReady() ? Status.OK() : Status.KO()));
    vertx.setPeriodic(CHECK_MILLIS, timer -> tellReadiness());
    return listen(bus).onSuccess(listening -> shards.forEach(ReplicaLoop::start));
  }

  @Override
  public Future<?> stop() {
    return Future.join(shards.stream().map(ReplicaLoop::close).toList());
  }

  private Future<?> listen(PresenceBus bus) {
    List<Context> contexts = shards.stream().map(ReplicaLoop::context).toList();
    return Future.all(
        bus.onReplica(node.id(), contexts, (shard, message) -> shards.get(shard).receive(message)),
        bus.onQuery(
            node.id(),
            contexts,
            query -> shards.get(Ownership.shard(query.topic())).answer(query)));
  }

  private boolean isReady() {
    return shards.stream().allMatch(ReplicaLoop::isReady);
  }

  private void tellReadiness() {
    if (ready != isReady()) {
      ready = isReady();
      String word = ready ? "ready" : "not ready";
      log.info("replica {} is {} with {}", node.id(), word, ReplicaMetrics.sum(shards));
    }
  }
}

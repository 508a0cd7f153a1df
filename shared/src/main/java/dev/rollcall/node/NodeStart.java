package dev.rollcall.node;

import dev.rollcall.access.Access;
import dev.rollcall.presence.Presence;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.pubsub.PubSub;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.healthchecks.Status;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps from an environment to a node that serves. */
final class NodeStart {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private final String service;
  private final Environment environment;
  private final NodeConfig config;
  private final OperatorStart operator;
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final NodeId id = new NodeId(UUID.randomUUID().toString().substring(0, 8));
  private final long startedNanos = System.nanoTime();

  /** Of no context, as those below: they complete after the event loops have ended, too. */
  private final Promise<Cluster> joined = Promise.promise();

  private final Promise<Void> left = Promise.promise();
  private final AtomicBoolean leaving = new AtomicBoolean();
  private volatile boolean begun;
  private volatile Optional<Presence> tracking = Optional.empty();

  NodeStart(String service, Environment environment) {
    LogEncoder.origin(service, id);
    this.service = service;
    this.environment = environment;
    this.config = NodeConfig.from(environment);
    this.operator = new OperatorStart(environment, config);
    environment.check();
  }

  Future<Node> start(Function<Node, ? extends Deployable> verticle) {
    log.info("{} starts as node {} with {}", service, id, config);
    metrics.config().commonTags("service", service);
    try {
      tryPorts();
    } catch (IOException inUse) {
      return Future.failedFuture(inUse);
    }
    // Of no context: it must be able to fail after the event loops have ended.
    Promise<Node> started = Promise.promise();
    begun = true;
    Cluster.join(config, service, id, metrics).onComplete(joined);
    joined
        .future()
        .onFailure(started::fail)
        .onSuccess(
            cluster ->
                serve(cluster, verticle)
                    .onSuccess(started::complete)
                    .onFailure(fault -> leave(cluster, fault, started)));
    return started.future();
  }

  /**
   * Leaves the cluster, for who is told to end before there is a node: once it has joined, where
   * that is under way.
   */
  Future<Void> abandon() {
    return begun
        ? joined
            .future()
            .transform(
                (cluster, none) -> cluster == null ? Future.succeededFuture() : leave(cluster))
        : Future.succeededFuture();
  }

  /**
   * Who can't listen must not come and go among the others. Whether there is HTTP, and where, only
   * the verticle knows.
   */
  private void tryPorts() throws IOException {
    BusPort.tryOut("the cluster", config.clusterHost(), config.clusterPort());
    BusPort.tryOut("management", config.managementHost(), config.managementPort());
  }

  private Future<Node> serve(Cluster cluster, Function<Node, ? extends Deployable> verticle) {
    Management management =
        new Management(
            cluster.vertx(),
            metrics,
            new Watchdog(EventLoops.watch(cluster.vertx(), metrics), cluster));
    return management
        .listen(cluster.vertx(), config)
        .compose(
            server ->
                assemble(cluster, management)
                    .compose(node -> deploy(node, verticle))
                    .onSuccess(node -> ready(node, management, server)));
  }

  private Future<Node> assemble(Cluster cluster, Management management) {
    return PubSub.clustered(cluster.vertx(), id, cluster)
        .compose(pubSub -> assemble(cluster, management, pubSub))
        .map(this::node);
  }

  private Node node(NodeParts parts) {
    Node node = new Node(service, environment, config, parts);
    NodeMetrics.show(node, parts);
    return node;
  }

  private Future<NodeParts> assemble(Cluster cluster, Management management, PubSub pubSub) {
    // Looked at once now, when it is alone or among others: those that come later are to meet it.
    cluster.hasMet(pubSub.mutualPeers());
    management
        .readiness()
        .register(
            "cluster",
            check ->
                check.complete(cluster.hasMet(pubSub.mutualPeers()) ? Status.OK() : Status.KO()));
    Future<Access> access =
        Access.start(cluster.vertx(), id, pubSub, cluster, config.leewaySeconds());
    Future<Presence> presence =
        Presence.start(cluster.vertx(), id, cluster, config.heartbeatMillis())
            .onSuccess(started -> tracking = Optional.of(started));
    return Future.all(access, presence)
        .compose(both -> assemble(cluster, management, pubSub, presence.result(), access.result()));
  }

  private Future<NodeParts> assemble(
      Cluster cluster, Management management, PubSub pubSub, Presence presence, Access access) {
    return operator
        .start(id, service, cluster, pubSub, presence, access, management)
        .map(
            page ->
                new NodeParts(id, cluster, pubSub, presence, access, page, management, metrics));
  }

  private static Future<Node> deploy(Node node, Function<Node, ? extends Deployable> verticle) {
    try {
      return node.vertx().deployVerticle(verticle.apply(node)).map(node);
    } catch (RuntimeException refused) {
      return Future.failedFuture(refused);
    }
  }

  private void ready(Node node, Management management, HttpServer server) {
    management.begin();
    log.info(
        "{} ready http={} management={}:{} node={} after {} ms",
        service,
        node.httpAddress(),
        config.managementHost(),
        server.actualPort(),
        id,
        (System.nanoTime() - startedNanos) / 1_000_000);
  }

  /** A start that fails half-way leaves the cluster: nobody waits for a node that never comes. */
  private void leave(Cluster cluster, Throwable fault, Promise<Node> started) {
    leave(cluster).onComplete(left -> started.fail(fault));
  }

  /** Once, whether the start failed or was given up, which makes it fail. */
  private Future<Void> leave(Cluster cluster) {
    if (leaving.compareAndSet(false, true)) {
      // What can't even begin keeps nobody from leaving, or the start would never fail.
      Future.succeededFuture()
          .compose(now -> tracking.map(Presence::close).orElse(Future.succeededFuture()))
          .transform(told -> cluster.sayGoodbye())
          .onComplete(said -> cluster.vertx().close().onComplete(left));
    }
    return left.future();
  }
}

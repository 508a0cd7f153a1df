package dev.rollcall.node;

import dev.rollcall.access.Access;
import dev.rollcall.operator.Operator;
import dev.rollcall.presence.Presence;
import dev.rollcall.pubsub.Membership;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.pubsub.PubSub;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running instance of a service: a member of the cluster with PubSub, Presence, health and
 * metrics. A service is a verticle made from its node:
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *   Node.run("chat-service", ChatVerticle::new);
 * }
 * }</pre>
 *
 * <p>The verticle is deployed once the node has joined: every member hears it. On SIGTERM the node
 * says that it is not ready, sends its clients to other nodes and leaves them what its verticle is
 * asked, undeploys the verticle, says goodbye and leaves the cluster, in that order.
 */
public final class Node {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private final String service;
  private final Environment environment;
  private final NodeConfig config;
  private final NodeParts parts;
  private final List<Future<?>> listening = new CopyOnWriteArrayList<>();
  private final List<Supplier<Future<Void>>> leaving = new CopyOnWriteArrayList<>();
  private final AtomicBoolean closing = new AtomicBoolean();

  /** Of no context: it completes when the event loops have ended. */
  private final Promise<Void> left = Promise.promise();

  private volatile String httpAddress = "none";

  Node(String service, Environment environment, NodeConfig config, NodeParts parts) {
    this.service = service;
    this.environment = environment;
    this.config = config;
    this.parts = parts;
    parts.operator().drainsBy(this::close);
  }

  /**
   * Runs a service as this process: reads the environment, joins, deploys, and leaves on SIGTERM. A
   * start that fails prints one line and exits with 1.
   *
   * @param service the service's name in logs and metrics
   * @param verticle makes the service's verticle; may throw {@link ConfigurationException}
   */
  public static void run(String service, Function<Node, ? extends Deployable> verticle) {
    NodeProcess.run(service, verticle);
  }

  /**
   * As {@link #run}, but within a larger program: it neither prints, nor exits, nor hooks signals.
   */
  public static Future<Node> start(
      String service, Environment environment, Function<Node, ? extends Deployable> verticle) {
    return new NodeStart(service, environment).start(verticle);
  }

  public String service() {
    return service;
  }

  /** Returns this instance's name, minted at start. */
  public NodeId id() {
    return parts.id();
  }

  public Vertx vertx() {
    return parts.cluster().vertx();
  }

  public Environment environment() {
    return environment;
  }

  public PubSub pubSub() {
    return parts.pubSub();
  }

  public Presence presence() {
    return parts.presence();
  }

  /** Returns what takes rights back, on every node. */
  public Access access() {
    return parts.access();
  }

  /** Returns what operators see of this node, for what it is to be told of. */
  public Operator operator() {
    return parts.operator();
  }

  public MeterRegistry metrics() {
    return parts.metrics();
  }

  /** Returns who is in the cluster. */
  public Membership membership() {
    return parts.cluster();
  }

  /** Returns how often this node says that it lives, as every node of the cluster does. */
  public long heartbeatMillis() {
    return config.heartbeatMillis();
  }

  /** Returns the checks behind {@code /health/ready}; a service adds its own. */
  public HealthChecks readiness() {
    return parts.management().readiness();
  }

  /** Says what must have succeeded before {@link #listen} does. */
  public void beforeListening(Future<?> ready) {
    listening.add(ready);
  }

  /** Serves the routes on {@code ROLLCALL_HTTP_PORT}, until the calling verticle is undeployed. */
  public Future<HttpServer> listen(Router router) {
    return Future.all(List.copyOf(listening))
        .compose(ready -> WebServer.listen(vertx(), config, router))
        .onSuccess(server -> httpAddress = config.httpHost() + ":" + server.actualPort());
  }

  Optional<BusTls> busTls() {
    return config.busTls();
  }

  /** Returns where HTTP clients come in, {@code none} for a service that has none. */
  String httpAddress() {
    return httpAddress;
  }

  /** Says what is to be done before the verticle is undeployed, while the node still works. */
  public void beforeLeaving(Supplier<Future<Void>> action) {
    leaving.add(action);
  }

  /** Returns how long clients that are connected may be given to go elsewhere. */
  public int drainMillis() {
    return config.drainMillis();
  }

  /**
   * Leaves: not ready, clients sent away, requests handed over, verticle undeployed, goodbye said,
   * cluster left, in that order. It does so once: who calls it again hears of the same end.
   */
  public Future<Void> close() {
    if (closing.compareAndSet(false, true)) {
      leave();
    }
    return left.future();
  }

  /** Tells whether it is on its way out of the cluster. */
  boolean isLeaving() {
    return closing.get();
  }

  private void leave() {
    parts.management().end();
    Vertx vertx = vertx();
    HandOver handOver = parts.cluster().handOver();
    handOver.begin();
    Future.join(leaving.stream().map(this::begin).toList())
        .transform(drained -> begin(handOver::complete))
        .transform(handedOver -> begin(() -> undeployAll(vertx)))
        .transform(undeployed -> begin(presence()::close))
        .transform(said -> begin(parts.cluster()::sayGoodbye))
        .onComplete(said -> vertx.close().onComplete(left));
  }

  /** One that fails, or can't even begin, keeps nobody from leaving. */
  private <T> Future<T> begin(Supplier<Future<T>> action) {
    return Future.<T>future(done -> action.get().onComplete(done))
        .onFailure(fault -> log.warn("{} leaves, though not as it should", service(), fault));
  }

  /** Each with those that it has deployed itself, after them. */
  private static Future<CompositeFuture> undeployAll(Vertx vertx) {
    return Future.join(
        ((VertxInternal) vertx)
            .deploymentManager().deployments().stream()
                .filter(deployed -> !deployed.isChild())
                .map(deployed -> vertx.undeploy(deployed.id()))
                .toList());
  }
}

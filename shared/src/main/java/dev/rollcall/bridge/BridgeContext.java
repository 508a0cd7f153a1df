package dev.rollcall.bridge;

import dev.rollcall.access.Revocation;
import dev.rollcall.node.Node;
import dev.rollcall.operator.Clients;
import dev.rollcall.presence.Presence;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** What all connections of one bridge share. */
final class BridgeContext {
  private static final long TICK_MILLIS = 1_000;
  private static final long DRAIN_CHECK_MILLIS = 50;

  /** How long after their time clients may take to be gone. */
  private static final long DRAINED_MILLIS = 2_000;

  private static final AtomicLong SESSIONS = new AtomicLong();

  private final Node node;
  private final Policies policies;
  private final Limits limits;
  private final Authentication authentication;
  private final long lingerMillis;
  private final BridgeMetrics metrics;
  private final Admission admission;
  private final Map<Object, BridgeLoop> loops = new ConcurrentHashMap<>();
  private volatile boolean draining;

  BridgeContext(
      Node node,
      Policies policies,
      Limits limits,
      Authentication authentication,
      long lingerMillis) {
    this.node = node;
    this.policies = policies;
    this.limits = limits;
    this.authentication = authentication;
    this.lingerMillis = lingerMillis;
    this.admission = new Admission(limits);
    this.metrics = new BridgeMetrics(node.metrics());
    metrics.gauge("connections", BridgeContext::connectionCount, this);
    metrics.gauge("topics", BridgeContext::roomCount, this);
    for (TokenRefusal reason : TokenRefusal.values()) {
      metrics.refusedTokens(reason, authentication);
    }
    node.operator().clients(this::clients);
    node.access().onRevoked(this::revoke);
    node.access().onReauthorise(this::reauthorise);
  }

  String newSessionId() {
    return node.id() + ":" + SESSIONS.incrementAndGet();
  }

  Policies policies() {
    return policies;
  }

  Limits limits() {
    return limits;
  }

  Authentication authentication() {
    return authentication;
  }

  Admission admission() {
    return admission;
  }

  /** How long a client that was cut may stay present. */
  long lingerMillis() {
    return lingerMillis;
  }

  BridgeMetrics metrics() {
    return metrics;
  }

  PubSub pubSub() {
    return node.pubSub();
  }

  Presence presence() {
    return node.presence();
  }

  Vertx vertx() {
    return node.vertx();
  }

  /** Returns what the calling event loop serves. */
  BridgeLoop loop() {
    ContextInternal context = ((ContextInternal) vertx().getOrCreateContext()).unwrap();
    return loops.computeIfAbsent(context.nettyEventLoop(), loop -> open(context));
  }

  private BridgeLoop open(ContextInternal context) {
    BridgeLoop loop = new BridgeLoop(this, context);
    context.setPeriodic(
        TICK_MILLIS, id -> loop.tick(Bridge.nowMillis(), System.currentTimeMillis() / 1_000));
    return loop;
  }

  /** Tells whether who comes in with this token was sent away. */
  boolean isRevoked(Identity identity) {
    return node.access().isRevoked(identity.user(), identity.issuedAt());
  }

  void refuseRevoked(RoutingContext routing) {
    if (isRevoked(Authentication.identity(routing))) {
      metrics.rejected(BridgeMetrics.REVOKED);
      Problem.send(routing, 401, "a valid token is needed");
    } else {
      routing.next();
    }
  }

  private void revoke(Revocation revocation) {
    ofUser(revocation.user(), session -> session.revoke(revocation.issuedUntil()));
  }

  private void reauthorise(String user) {
    ofUser(user, session -> session.registrations().reauthorise());
  }

  private void ofUser(String user, Consumer<BridgeSession> action) {
    loops
        .values()
        .forEach(
            loop ->
                loop.run(
                    () ->
                        loop.each(
                            connection -> {
                              if (connection.session().identity().user().equals(user)) {
                                action.accept(connection.session());
                              }
                            })));
  }

  /** While the node leaves nobody new comes in: a load balancer has others. */
  boolean isDraining() {
    return draining;
  }

  void refuseWhileDraining(RoutingContext routing) {
    if (draining) {
      routing.response().putHeader("Retry-After", "0").putHeader("Connection", "close");
      Problem.send(routing, 503, "this node is leaving");
    } else {
      routing.next();
    }
  }

  /**
   * Sends every client away, spread over the time there is for it, so that those who take them are
   * not asked for all at once. Completes when all have gone.
   */
  Future<Void> drain() {
    draining = true;
    Promise<Void> gone = Promise.promise();
    long millis = node.drainMillis();
    loops.values().forEach(loop -> loop.run(() -> loop.drain(millis, Bridge.nowMillis())));
    long untilMillis = Bridge.nowMillis() + millis + DRAINED_MILLIS;
    awaitGone(untilMillis, gone);
    return gone.future();
  }

  /** By one timer after another: one that repeats may come before it can be cancelled. */
  private void awaitGone(long untilMillis, Promise<Void> gone) {
    if (connectionCount() == 0 || Bridge.nowMillis() > untilMillis) {
      gone.complete();
    } else {
      vertx().setTimer(DRAIN_CHECK_MILLIS, timer -> awaitGone(untilMillis, gone));
    }
  }

  /** Returns what an operator is told of the clients, loop by loop. */
  private Future<Clients> clients() {
    Future<Map<String, Integer>> topics = Future.succeededFuture(new HashMap<>());
    for (BridgeLoop loop : loops.values()) {
      topics = topics.compose(counted -> addClientsOf(loop, counted));
    }
    return topics.map(counted -> new Clients((int) connectionCount(), counted));
  }

  private static Future<Map<String, Integer>> addClientsOf(
      BridgeLoop loop, Map<String, Integer> topics) {
    Promise<Map<String, Integer>> counted = Promise.promise();
    loop.run(
        () -> {
          loop.addClientsTo(topics);
          counted.complete(topics);
        });
    return counted.future();
  }

  private double connectionCount() {
    return loops.values().stream().mapToInt(BridgeLoop::connectionCount).sum();
  }

  private double roomCount() {
    return loops.values().stream().mapToInt(BridgeLoop::roomCount).sum();
  }
}

package dev.rollcall.operator;

import dev.rollcall.access.Access;
import dev.rollcall.presence.Presence;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator's view of the cluster, and hold on it: a page on the management port of every node.
 *
 * <p>Each node can tell what it is, has, hears and lists. The node whose page is open asks all
 * those that its list of members has, and shows what they say side by side, and who says nothing.
 * It knows no more than that: in a partition the page of either side shows that side, and the
 * others as silent.
 *
 * <p>To drain a node is what SIGTERM does to it, down to the end of its process: it is not ready,
 * its clients go elsewhere, it says goodbye, and exits with 0. Kubernetes then starts it anew, as
 * another node. It might merely stop to take traffic, for somebody to look into it; but a node of
 * which nobody thinks any more would be missing for good, and nothing would replace it. (A pod that
 * is to be kept for a look is taken out of its Service and Deployment by a change of its labels.)
 */
public final class Operator {
  /** The address on which a node is asked: its {@link NodeId} follows. */
  public static final String NODE = "rollcall.operator.";

  private static final Logger log = LoggerFactory.getLogger(Operator.class);

  private final Vertx vertx;
  private final Access access;
  private final Reporter reporter;
  private final OperatorBus bus;
  private final Gathering gathering;
  private volatile Runnable drain = () -> {};

  private Operator(Vertx vertx, OwnNode own, PubSub pubSub, Presence presence, Access access) {
    this.vertx = vertx;
    this.access = access;
    this.reporter = new Reporter(own, pubSub, presence);
    this.bus = new OperatorBus(vertx, reporter, this::drain);
    this.gathering = new Gathering(own, bus);
  }

  /** Starts this node's part: it answers when others ask. */
  public static Future<Operator> start(
      Vertx vertx, OwnNode own, PubSub pubSub, Presence presence, Access access) {
    Operator operator = new Operator(vertx, own, pubSub, presence, access);
    return operator.bus.listen().map(operator);
  }

  /** Says what to ask for the clients of this node's bridge. */
  public void clients(Supplier<Future<Clients>> source) {
    reporter.clients(source);
  }

  /** Says what to ask for the state of the replica that this node is. */
  public void replica(Supplier<Future<ReplicaState>> source) {
    reporter.replica(source);
  }

  /** Says how this node drains. Must not block. */
  public void drainsBy(Runnable action) {
    drain = action;
  }

  /**
   * Puts the page and what it asks for on a router.
   *
   * @param guard who may do what
   */
  public void mount(Router router, Guard guard) {
    new OperatorRoutes(gathering, new Actions(gathering, bus, access), guard).mount(vertx, router);
  }

  private void drain(String by) {
    log.warn("drains this node on the word of an operator at {}", by);
    drain.run();
  }
}

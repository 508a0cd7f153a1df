package dev.rollcall.bridge;

import dev.rollcall.node.Node;
import dev.rollcall.presence.Presence;
import dev.rollcall.pubsub.PubSub;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;

/** What all connections of one bridge share. */
final class BridgeContext {
  private static final long REQUEST_MILLIS = 8_000;

  private final Node node;
  private final Policies policies;
  private final Counter deliveries;

  BridgeContext(Node node, Policies policies) {
    this.node = node;
    this.policies = policies;
    this.deliveries = Counter.builder("rollcall.bridge.deliveries").register(node.metrics());
  }

  Policies policies() {
    return policies;
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

  /** Asks a service; it learns from a header, which no browser can write, who asks. */
  Future<Object> request(String address, Object body, String user) {
    return vertx().eventBus().request(address, body, from(user)).map(Message::body);
  }

  void send(String address, Object body, String user) {
    vertx().eventBus().send(address, body, from(user));
  }

  void delivered() {
    deliveries.increment();
  }

  /** A connection that this side ended, and why. */
  void closed(String reason) {
    node.metrics().counter("rollcall.bridge.closed", "reason", reason).increment();
  }

  void refused(ErrorCode code) {
    node.metrics().counter("rollcall.bridge.refused", "code", code.toString()).increment();
  }

  private static DeliveryOptions from(String user) {
    return new DeliveryOptions().setSendTimeout(REQUEST_MILLIS).addHeader("user", user);
  }
}

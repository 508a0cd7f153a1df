package dev.rollcall.pubsub;

import dev.rollcall.trace.Trace;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;

/**
 * Topics across the cluster. Subscribe, and hear what anybody broadcasts, on whichever node,
 * yourself included.
 *
 * <pre>{@code
 * pubSub.subscribe("room:lobby", message -> render(message.event(), message.payload()));
 * pubSub.broadcast("room:lobby", "new_message", new JsonObject().put("text", "hello"));
 * }</pre>
 *
 * <p>Delivery is at most once. What one publisher sends to one topic arrives in its order; across
 * publishers there is no order. Messages that are also stored can be had in order and without a
 * hole, see {@link #subscribe(String, History, Handler)}. Subscribing twice delivers twice. A
 * subscription costs the cluster nothing: all topics travel on one shared bus address, and each
 * node knows its own subscribers. So {@link #subscribe} is complete when it returns.
 *
 * <p>What is broadcast while a request is handled is a part of the request's {@link Trace}.
 *
 * <p>A subscriber runs on the context that subscribed (a verticle's own event loop). All methods
 * may be called from any thread.
 */
public final class PubSub {
  /** Far above what fits a screen; a larger thing is stored, and its address broadcast. */
  public static final int MAX_PAYLOAD_BYTES = 256 * 1024;

  private final Vertx vertx;
  private final Subscribers subscribers = new Subscribers();
  private final Losses losses = new Losses();
  private final Link link;

  private PubSub(Vertx vertx, Link link) {
    this.vertx = vertx;
    this.link = link;
  }

  /** Returns a PubSub of this process alone: every subscriber it has is here. */
  public static PubSub local(Vertx vertx) {
    return new PubSub(vertx, Link.NONE);
  }

  /**
   * Returns a PubSub over the clustered event bus, once this node hears every member of the cluster
   * and is heard by each.
   *
   * @param id this node's name
   * @param membership who is in the cluster
   */
  public static Future<PubSub> clustered(Vertx vertx, NodeId id, Membership membership) {
    BusLink link = new BusLink(vertx, id, membership);
    PubSub pubSub = new PubSub(vertx, link);
    return link.open(pubSub.subscribers, pubSub.losses).map(pubSub);
  }

  /**
   * Subscribes to a topic. The subscription ends with the verticle that made it.
   *
   * @throws IllegalArgumentException when the name is none, see {@link Topic}
   */
  public Subscription subscribe(String topic, Handler<Message> subscriber) {
    return subscribers.add(Topic.check(topic), context(), subscriber);
  }

  /**
   * Subscribes to a topic whose messages are stored: each is delivered once, in their order and
   * without a hole. The subscription ends with the verticle that made it.
   *
   * <pre>{@code
   * OrderedSubscription orders = pubSub.subscribe("orders", history, this::apply);
   * orders.onMissed((from, to) -> load());
   * return orders.base().compose(base -> load());
   * }</pre>
   *
   * @param history what was broadcast on the topic, with its positions
   * @throws IllegalArgumentException when the name is none, see {@link Topic}
   */
  public OrderedSubscription subscribe(String topic, History history, Handler<Message> subscriber) {
    return new Ordered(
        Topic.check(topic),
        history,
        subscriber,
        context(),
        subscribers,
        losses,
        TailCheck.MAX_PAUSE_MILLIS);
  }

  private ContextInternal context() {
    return ((ContextInternal) vertx.getOrCreateContext()).unwrap();
  }

  /**
   * Sends an event to every subscriber of the topic on every node.
   *
   * @throws IllegalArgumentException when topic, event or payload are beyond their limits
   */
  public void broadcast(String topic, String event, JsonObject payload) {
    broadcast(encode(topic, event, payload), null);
  }

  /**
   * As {@link #broadcast}, of what is also stored: who was away can name the last position it has,
   * and get what came after it.
   *
   * @param position where it is stored among the topic's messages, from 1 on and without a hole
   */
  public void broadcast(String topic, String event, JsonObject payload, long position) {
    broadcast(Message.of(topic, event, position, payload).within(Trace.current()));
  }

  /** As {@link #broadcast(String, String, JsonObject, long)}, of what is encoded already. */
  public void broadcast(Message message) {
    broadcast(message, null);
  }

  /** As {@link #broadcast}, but skips one subscriber: usually the caller's own. */
  public void broadcastFrom(Subscription from, String topic, String event, JsonObject payload) {
    broadcast(encode(topic, event, payload), from);
  }

  /**
   * As {@link #broadcast}, but skips one browser's connection, on whichever node it is: that which
   * sent what is told of. The others of its user hear it, and so do the subscribers of services.
   *
   * @param session the header {@code session} of what the browser sent; null, as where it was sent
   *     by a service, skips nobody
   */
  public void broadcastFrom(String session, String topic, String event, JsonObject payload) {
    Buffer encoded = encode(topic, event, payload).encodedPayload();
    broadcast(Message.from(session, topic, event, encoded).within(Trace.current()));
  }

  /** Sends an event to the subscribers on this node alone. */
  public void localBroadcast(String topic, String event, JsonObject payload) {
    subscribers.deliver(encode(topic, event, payload), null);
  }

  /** As {@link #localBroadcast}, but skips one subscriber. */
  public void localBroadcastFrom(
      Subscription from, String topic, String event, JsonObject payload) {
    subscribers.deliver(encode(topic, event, payload), from);
  }

  /** Sends an event to the subscribers on one node alone. A node that is away hears nothing. */
  public void directBroadcast(NodeId node, String topic, String event, JsonObject payload) {
    Message message = encode(topic, event, payload);
    if (node.equals(link.self())) {
      subscribers.deliver(message, null);
    } else {
      link.send(node, message);
    }
  }

  /** Returns the topics that have a subscriber on this node. */
  public Set<String> topics() {
    return Set.copyOf(subscribers.topics());
  }

  /** Returns how many subscribers this node has, over all topics. */
  public int subscriberCount() {
    return subscribers.count();
  }

  /** Returns how many broadcasts of other nodes never came here, as far as is known. */
  public long lostCount() {
    return losses.messages();
  }

  /** Returns how many subscribers each topic has on this node: a copy, topic by topic. */
  public Map<String, Integer> subscriberCounts() {
    return subscribers.counts();
  }

  /** Returns the other nodes that this node hears. */
  public Set<NodeId> peers() {
    return link.peers();
  }

  /** Returns those of them that hear this node too, as they say themselves. */
  public Set<NodeId> mutualPeers() {
    return link.mutualPeers();
  }

  /** Returns what has gone to other nodes, and come of them. */
  public Traffic traffic() {
    return link.traffic();
  }

  /** Returns how many messages subscribers on this node were handed, each counted once for each. */
  public long delivered() {
    return subscribers.delivered();
  }

  private void broadcast(Message message, Subscription from) {
    subscribers.deliver(message, from);
    link.publish(message);
  }

  private static Message encode(String topic, String event, JsonObject payload) {
    return Message.of(topic, event, Message.NO_POSITION, payload).within(Trace.current());
  }
}

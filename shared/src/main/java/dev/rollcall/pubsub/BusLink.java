package dev.rollcall.pubsub;

import dev.rollcall.trace.Trace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the other nodes over the clustered event bus: one address that all share, and one of
 * this node's own. A topic is a header of the message, never an address, so that the addresses of a
 * node stay two whatever is subscribed.
 */
final class BusLink implements Link {
  private static final Logger log = LoggerFactory.getLogger(BusLink.class);

  private static final String TOPIC = "topic";
  private static final String EVENT = "event";
  private static final String POSITION = "position";
  private static final String SESSION = "session";
  private static final String SENDER = "node";
  private static final String NUMBER = "number";

  /** How often a node says that it is there. */
  private static final long BEACON_MILLIS = 1_000;

  /** How often, while it waits to be joined. */
  private static final long JOINING_MILLIS = 100;

  /** A member that can't be reached must not keep the others from starting. */
  private static final long JOIN_MILLIS = 10_000;

  private final Vertx vertx;
  private final NodeId self;
  private final Membership membership;
  private final Beacons beacons;
  private final Tallies tallies = new Tallies();
  private final AtomicLong said = new AtomicLong();
  private final Context context;
  private final Traffic traffic = new Traffic();
  private final Promise<Void> joined = Promise.promise();
  private final long openedNanos = System.nanoTime();
  private volatile Set<NodeId> peers = Set.of();
  private volatile Set<NodeId> mutualPeers = Set.of();
  private Set<String> unreached = Set.of();
  private boolean answered;

  BusLink(Vertx vertx, NodeId self, Membership membership) {
    this.vertx = vertx;
    this.self = self;
    this.membership = membership;
    this.beacons = new Beacons(self, membership.self());
    this.context = vertx.getOrCreateContext();
  }

  /**
   * Registers, then completes once every member is heard and hears us.
   *
   * @param losses told when something of what others say was lost on the way here
   */
  Future<Void> open(Subscribers subscribers, Losses losses) {
    context.runOnContext(
        now -> register(subscribers).onFailure(joined::fail).onSuccess(done -> announce(losses)));
    return joined.future();
  }

  private void announce(Losses losses) {
    vertx.setPeriodic(0, JOINING_MILLIS, this::awaitJoined);
    beatOn(losses);
  }

  /**
   * Not periodically: after a pause all beats would come at once, and everybody count as silent.
   */
  private void beatOn(Losses losses) {
    vertx.setTimer(
        BEACON_MILLIS,
        timer -> {
          beatOn(losses);
          beat(losses);
        });
  }

  private Future<Void> register(Subscribers subscribers) {
    var shared =
        vertx
            .eventBus()
            .<Buffer>consumer(BusAddress.NODES, message -> receive(message, subscribers));
    var own =
        vertx.eventBus().<Buffer>consumer(own(self), message -> receive(message, subscribers));
    return Future.all(shared.completion(), own.completion()).mapEmpty();
  }

  private void receive(io.vertx.core.eventbus.Message<Buffer> received, Subscribers subscribers) {
    String topic = received.headers().get(TOPIC);
    if (self.value().equals(received.headers().get(SENDER))) {
      return;
    }
    traffic.received(kind(received.address(), topic), received.body().length());
    if (topic == null) {
      beacon(received.body()).ifPresent(this::receive);
      return;
    }
    count(received.headers());
    Message message = message(topic, received.headers(), received.body());
    subscribers.deliver(message.within(Trace.parse(received.headers().get(Trace.HEADER))), null);
  }

  private static Traffic.Kind kind(String address, String topic) {
    if (topic == null) {
      return Traffic.Kind.BEACON;
    }
    return address.equals(BusAddress.NODES) ? Traffic.Kind.BROADCAST : Traffic.Kind.DIRECT;
  }

  /** What is sent to one node has no number. */
  private void count(MultiMap headers) {
    String number = headers.get(NUMBER);
    if (number != null) {
      tallies.heard(new NodeId(headers.get(SENDER)), Long.parseLong(number));
    }
  }

  private static Message message(String topic, MultiMap headers, Buffer payload) {
    String event = headers.get(EVENT);
    String position = headers.get(POSITION);
    return position == null
        ? Message.from(headers.get(SESSION), topic, event, payload)
        : new Message(topic, event, Long.parseLong(position), payload);
  }

  private void awaitJoined(long timer) {
    Set<String> missing = beacons.missing(membership.members());
    long waitedMillis = (System.nanoTime() - openedNanos) / 1_000_000;
    if (!missing.isEmpty() && waitedMillis < JOIN_MILLIS) {
      sayBeacon();
      return;
    }
    if (!missing.isEmpty()) {
      log.warn("starts although it is not joined with {} after {} ms", missing, waitedMillis);
    }
    vertx.cancelTimer(timer);
    joined.complete();
  }

  private void beat(Losses losses) {
    report(beacons.beat(membership.members()));
    tallies.retain(beacons.peers());
    tallies.take().ifPresent(losses::lost);
    sayBeacon();
  }

  private void sayBeacon() {
    Beacons.Beacon beacon = beacons.say(said.get());
    show();
    JsonObject body =
        new JsonObject()
            .put("node", beacon.node().value())
            .put("member", beacon.member())
            .put("hears", new JsonArray(List.copyOf(beacon.hears())))
            .put("said", beacon.said());
    Buffer encoded = body.toBuffer();
    traffic.sent(Traffic.Kind.BEACON, encoded.length());
    vertx.eventBus().publish(BusAddress.NODES, encoded, options());
  }

  private void report(Set<String> now) {
    now.stream()
        .filter(member -> !unreached.contains(member))
        .forEach(member -> log.warn("no way to member {}, or from it: messages are lost", member));
    unreached.stream()
        .filter(member -> !now.contains(member))
        .forEach(member -> log.info("member {} is reached again, or has left", member));
    unreached = now;
    membership.unreached(now);
  }

  private void receive(Beacons.Beacon beacon) {
    boolean isHeard = !beacons.receive(beacon);
    if (beacon.said() != Beacons.UNCOUNTED) {
      tallies.beacon(beacon.node(), beacon.said());
    }
    show();
    if (!isHeard && !answered) {
      answerOnce();
    }
  }

  /** What other threads read. */
  private void show() {
    peers = beacons.peers();
    mutualPeers = beacons.mutualPeers();
  }

  /** Not again for a while: who hears nothing of it asks again, and several may go on so. */
  private void answerOnce() {
    answered = true;
    vertx.setTimer(JOINING_MILLIS, timer -> answered = false);
    sayBeacon();
  }

  /** What is malformed tells of nobody. */
  private static Optional<Beacons.Beacon> beacon(Buffer body) {
    try {
      JsonObject json = body.toJsonObject();
      Set<String> hears =
          json.getJsonArray("hears").stream().map(String.class::cast).collect(Collectors.toSet());
      // Asked for as a text, a number would be one.
      NodeId node = new NodeId((String) json.getValue("node"));
      String member = (String) json.getValue("member");
      long said = json.getLong("said", Beacons.UNCOUNTED);
      return Optional.of(new Beacons.Beacon(node, member, hears, said));
    } catch (RuntimeException malformed) {
      log.debug("a beacon is malformed", malformed);
      return Optional.empty();
    }
  }

  @Override
  public NodeId self() {
    return self;
  }

  @Override
  public void publish(Message message) {
    traffic.sent(Traffic.Kind.BROADCAST, message.encodedPayload().length());
    DeliveryOptions options = options(message);
    options.addHeader(NUMBER, Long.toString(said.incrementAndGet()));
    vertx.eventBus().publish(BusAddress.NODES, message.encodedPayload(), options);
  }

  @Override
  public void send(NodeId node, Message message) {
    traffic.sent(Traffic.Kind.DIRECT, message.encodedPayload().length());
    vertx.eventBus().send(own(node), message.encodedPayload(), options(message));
  }

  @Override
  public Set<NodeId> peers() {
    return peers;
  }

  @Override
  public Set<NodeId> mutualPeers() {
    return mutualPeers;
  }

  @Override
  public Traffic traffic() {
    return traffic;
  }

  private DeliveryOptions options() {
    return new DeliveryOptions().addHeader(SENDER, self.value());
  }

  private DeliveryOptions options(Message message) {
    DeliveryOptions options =
        options().addHeader(TOPIC, message.topic()).addHeader(EVENT, message.event());
    if (message.position() != Message.NO_POSITION) {
      options.addHeader(POSITION, Long.toString(message.position()));
    }
    message.session().ifPresent(session -> options.addHeader(SESSION, session));
    message.trace().ifPresent(trace -> options.addHeader(Trace.HEADER, trace.traceparent()));
    return options;
  }

  private static String own(NodeId node) {
    return BusAddress.NODE + node;
  }
}

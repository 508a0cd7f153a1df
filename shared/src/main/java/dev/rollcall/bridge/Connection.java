package dev.rollcall.bridge;

import dev.rollcall.presence.Follow;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs what a {@link BridgeSession} decides. To be used on the connection's event loop. */
final class Connection implements SessionOutbox {
  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  /** How many messages one who was away is sent; who missed more loads anew. */
  private static final int MAX_REPLAYED = 1_000;

  /** A client's places on one topic. */
  private static final class Place {
    final Room room;
    final Seat messages;
    final Seat present;

    /** Ends the wait for the list of who is present; null where it is not waited for. */
    Follow awaited;

    Place(Room room, Seat messages, Seat present) {
      this.room = room;
      this.messages = messages;
      this.present = present;
    }
  }

  private final BridgeLoop loop;
  private final Outlet outlet;
  private final BridgeSession session;
  private final Requests requests;
  private final Map<String, Place> places = new HashMap<>(4);

  /** Opened with the first topic on which the client is present. */
  private Session presence;

  private boolean flushing;
  private boolean behind;
  private final Runnable whenEnded;

  Connection(BridgeLoop loop, Outlet outlet, Identity identity, Runnable whenEnded) {
    this.loop = loop;
    this.outlet = outlet;
    this.whenEnded = whenEnded;
    BridgeContext bridge = loop.bridge();
    this.session =
        new BridgeSession(identity, bridge.policies(), bridge.limits(), this, Bridge.nowMillis());
    this.requests = new Requests(bridge.vertx().eventBus(), session);
    loop.opened(this);
  }

  BridgeSession session() {
    return session;
  }

  void tick(long nowMillis, long nowEpochSeconds) {
    session.tick(nowMillis, nowEpochSeconds);
  }

  void tickNow() {
    tick(Bridge.nowMillis(), System.currentTimeMillis() / 1_000);
  }

  boolean isBehind() {
    return outlet.isBehind();
  }

  long waitingBytes() {
    return outlet.waitingBytes();
  }

  /** Tells whether more may wait for this client, which is behind. */
  boolean mayWait() {
    return outlet.waitingBytes() <= loop.maxWaitingBytes();
  }

  void overflow() {
    session.overflow();
  }

  void conflated() {
    loop.metrics().conflated();
  }

  /** Changes of a list were left out: the client gets the list when it has caught up. */
  void missed(Seat seat, int messages) {
    loop.metrics().dropped(messages);
    places.values().stream()
        .filter(place -> place.present == seat)
        .forEach(place -> place.room.unfollow(seat));
  }

  void write(List<Encoded> messages) {
    if (!messages.isEmpty()) {
      Batch batch = loop.batch(messages);
      write(batch);
      batch.release();
    }
  }

  void write(Batch batch) {
    if (session.hasEnded()) {
      return;
    }
    outlet.write(batch);
    if (!flushing) {
      flushing = true;
      loop.flushLater(this);
    }
  }

  void flush() {
    flushing = false;
    outlet.flush();
    judge();
  }

  /** The client reads again. */
  void drained() {
    judge();
    if (!outlet.isBehind()) {
      List.copyOf(places.values()).forEach(this::catchUp);
    }
  }

  private void catchUp(Place place) {
    place.messages.drained();
    if (place.present != null) {
      follow(place);
    }
  }

  private void judge() {
    boolean now = !session.hasEnded() && outlet.isBehind();
    if (now != behind) {
      behind = now;
      if (now) {
        loop.fellBehind();
      } else {
        loop.caughtUp();
      }
    }
  }

  @Override
  public void write(String frame) {
    if (outlet.isBehind() && !mayWait()) {
      session.overflow();
    } else {
      write(List.of(Encoded.frame(frame)));
    }
  }

  /** Ends it when its token was revoked: on its way in, it was not found among the others. */
  void checkRevoked() {
    if (loop.bridge().isRevoked(session.identity())) {
      session.revoke(session.identity().issuedAt());
    }
  }

  @Override
  public void authorise(String topic, long ticket) {
    TopicPolicy policy = loop.bridge().policies().ofTopic(topic).orElseThrow();
    Future<Boolean> allowed = policy.allows(session.identity().user(), topic);
    if (allowed.isComplete()) {
      authorised(topic, ticket, allowed);
    } else {
      allowed.onComplete(done -> loop.run(() -> authorised(topic, ticket, allowed)));
    }
  }

  private void authorised(String topic, long ticket, Future<Boolean> allowed) {
    if (allowed.failed()) {
      log.warn("it is not known who may register on {}: {}", topic, said(allowed.cause()));
      session.authorised(topic, ticket, Verdict.UNKNOWN);
    } else {
      boolean yes = Boolean.TRUE.equals(allowed.result());
      session.authorised(topic, ticket, yes ? Verdict.ALLOWED : Verdict.DENIED);
    }
  }

  @Override
  public void join(String topic, boolean held) {
    TopicPolicy policy = loop.bridge().policies().ofTopic(topic).orElseThrow();
    boolean latest = policy.slow() == SlowConsumer.LATEST;
    Seat messages = new Seat(this, latest ? Seat.Slow.LATEST : Seat.Slow.WAIT);
    Seat present = policy.hasPresence() ? new Seat(this, Seat.Slow.STATE) : null;
    if (held) {
      messages.hold();
    }
    Room room = loop.room(topic);
    room.join(messages);
    places.put(topic, new Place(room, messages, present));
    loop.metrics().joined();
  }

  @Override
  public void leave(String topic) {
    Place place = places.remove(topic);
    place.room.leave(place.messages);
    if (place.present != null) {
      if (place.awaited != null) {
        place.awaited.close();
      }
      place.room.unfollow(place.present);
    }
    loop.leaveIfEmpty(place.room);
    loop.metrics().left();
  }

  @Override
  public void appear(String topic, Ref returning) {
    if (presence == null) {
      presence = loop.bridge().presence().session();
      presence.onTaken((taken, key) -> session.taken(taken));
    }
    String user = session.identity().user();
    Place place = places.get(topic);
    follow(place);
    meta(user, topic)
        .compose(meta -> presence.track(topic, user, meta, returning))
        .onFailure(fault -> log.warn("{} is not present on {}: {}", user, topic, said(fault)))
        .onComplete((ref, fault) -> appeared(topic, place, ref));
  }

  private void appeared(String topic, Place place, Ref ref) {
    if (places.get(topic) == place) {
      session.appeared(topic, ref);
    }
  }

  private Future<JsonObject> meta(String user, String topic) {
    try {
      TopicPolicy policy = loop.bridge().policies().ofTopic(topic).orElseThrow();
      return Future.succeededFuture(policy.meta(user, topic));
    } catch (RuntimeException fault) {
      return Future.failedFuture(fault);
    }
  }

  private void follow(Place place) {
    if (place.present.index < 0 && place.awaited == null) {
      place.awaited =
          place.room.follow(
              place.present,
              state -> {
                place.awaited = null;
                write(List.of(state));
              });
    }
  }

  @Override
  public void vanish(String topic) {
    presence
        .untrack(topic, session.identity().user())
        .onFailure(fault -> log.debug("{} did not leave {}", session.identity(), topic, fault));
  }

  @Override
  public void replay(String topic, long after) {
    Place place = places.get(topic);
    History history =
        loop.bridge().policies().ofTopic(topic).flatMap(TopicPolicy::history).orElseThrow();
    Replay.of(history, topic, after, MAX_REPLAYED)
        .otherwise(fault -> unknown(topic, after, fault))
        .onSuccess(replay -> loop.run(() -> replay(topic, place, after, replay)));
  }

  private static Replay unknown(String topic, long after, Throwable fault) {
    log.warn("what was missed on {} is not known: {}", topic, said(fault));
    return Replay.unknown(after);
  }

  private void replay(String topic, Place place, long after, Replay replay) {
    if (places.get(topic) != place) {
      return;
    }
    if (after != BridgeSession.FROM_NOW) {
      write(replay.messages());
      place.messages.release(replay.position());
    }
    session.replayed(topic, replay.position(), replay.complete());
  }

  @Override
  public void request(ClientFrame.Send frame) {
    requests.request(frame);
  }

  @Override
  public void answer(ClientFrame.Send frame) {
    requests.answer(frame);
  }

  @Override
  public void forget(String awaits) {
    requests.forget(awaits);
  }

  @Override
  public void send(ClientFrame.Send frame) {
    requests.send(frame);
  }

  @Override
  public void publish(ClientFrame.Publish frame) {
    requests.publish(frame);
  }

  @Override
  public void renew(String token, String replyAddress) {
    loop.bridge()
        .authentication()
        .authenticate(token)
        .onComplete((identity, fault) -> renewed(replyAddress, identity));
  }

  private void renewed(String replyAddress, Identity identity) {
    boolean good = identity != null && !loop.bridge().isRevoked(identity);
    session.renewed(replyAddress, good ? identity : null);
  }

  @Override
  public void ping() {
    outlet.ping();
  }

  @Override
  public void depart(Departure how) {
    if (presence != null) {
      depart(presence, how).onFailure(fault -> log.error("a session did not close", fault));
    }
  }

  private Future<Void> depart(Session leaving, Departure how) {
    return switch (how) {
      case CLOSED -> leaving.close(Reason.CLOSED);
      case IDLE -> leaving.close(Reason.IDLE);
      case KICKED -> leaving.close(Reason.KICKED);
      case CUT -> leaving.cut(loop.bridge().lingerMillis());
    };
  }

  @Override
  public void close(CloseCode code) {
    loop.metrics().closed(code);
    judge();
    outlet.flush();
    outlet.close(code);
    loop.closed(this);
    whenEnded.run();
  }

  @Override
  public void refused(ErrorCode code) {
    loop.metrics().refused(code);
  }

  private static String said(Throwable fault) {
    return fault.getMessage() == null ? fault.toString() : fault.getMessage();
  }
}

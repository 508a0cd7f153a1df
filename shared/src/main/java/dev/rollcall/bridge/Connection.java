package dev.rollcall.bridge;

import dev.rollcall.presence.Ref;
import io.vertx.core.Future;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs what a {@link BridgeSession} decides. To be used on the connection's event loop. */
final class Connection implements SessionOutbox {
  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  private final BridgeLoop loop;
  private final String sessionId;
  private final Outlet outlet;
  private final BridgeSession session;
  private final Requests requests;
  private final Places places;
  private final Runnable whenEnded;
  private boolean flushing;
  private boolean behind;

  /** Why the connection is about to be closed, or null. Until then it is told nothing. */
  private CloseCode givenUp;

  /** What is kept for the client until it has what it missed. */
  private long heldBytes;

  Connection(BridgeLoop loop, Outlet outlet, Identity identity, Runnable whenEnded) {
    this.loop = loop;
    this.outlet = outlet;
    this.whenEnded = whenEnded;
    BridgeContext bridge = loop.bridge();
    this.sessionId = bridge.newSessionId();
    this.session =
        new BridgeSession(identity, bridge.policies(), bridge.limits(), this, Bridge.nowMillis());
    this.requests = new Requests(bridge.vertx().eventBus(), session, sessionId);
    this.places = new Places(loop, this, session);
    loop.opened(this);
  }

  BridgeSession session() {
    return session;
  }

  /** Returns what names this connection in the cluster, and no other ever. */
  String sessionId() {
    return sessionId;
  }

  void tick(long nowMillis, long nowEpochSeconds) {
    checkRevoked();
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

  void conflated() {
    loop.metrics().conflated();
  }

  /** Changes of a list were left out. */
  void missed(Seat seat, int messages) {
    loop.metrics().dropped(messages);
    places.missed(seat);
  }

  /** More is kept for the client, or less. */
  void held(long bytes) {
    heldBytes += bytes;
    if (heldBytes > Limits.MAX_HELD_BYTES) {
      giveUp(CloseCode.SLOW_CONSUMER);
    }
  }

  /** What a client is given that is not for all: a state, or what it missed. */
  void deliver(List<Encoded> messages) {
    if (!messages.isEmpty()) {
      Batch batch = loop.batch(messages);
      try {
        deliver(batch);
      } finally {
        batch.release();
      }
    }
  }

  void deliver(Batch batch) {
    if (write(batch)) {
      loop.delivered(batch.messages().size());
    }
  }

  @Override
  public void write(String frame) {
    Batch batch = loop.batch(List.of(Encoded.frame(frame)));
    try {
      write(batch);
    } finally {
      batch.release();
    }
  }

  /** Writes, unless too much waits for the client already: then it is sent away. */
  private boolean write(Batch batch) {
    if (session.hasEnded() || givenUp != null) {
      return false;
    }
    if (isFull()) {
      giveUp(CloseCode.SLOW_CONSUMER);
      return false;
    }
    outlet.write(batch);
    if (!flushing) {
      flushing = true;
      loop.flushLater(this);
    }
    return true;
  }

  /** What was written in this turn may only wait for the turn to end. */
  private boolean isFull() {
    if (outlet.isBehind() && outlet.waitingBytes() > loop.maxWaitingBytes()) {
      outlet.flush();
      return outlet.isBehind() && outlet.waitingBytes() > loop.maxWaitingBytes();
    }
    return false;
  }

  /**
   * Closes the connection at the end of the turn: while a topic is told to many, none of them may
   * leave it, nor another.
   */
  private void giveUp(CloseCode code) {
    if (givenUp == null && !session.hasEnded()) {
      givenUp = code;
      loop.closeLater(this);
    }
  }

  void closeGivenUp() {
    session.reject(givenUp);
  }

  void flush() {
    flushing = false;
    outlet.flush();
    judge();
  }

  /** The client reads again. */
  void drained() {
    judge();
    if (!session.hasEnded() && !outlet.isBehind()) {
      try {
        places.drained();
      } catch (RuntimeException | OutOfMemoryError fault) {
        fail(fault);
      }
    }
  }

  /** Something of this side's own went wrong with this client, who may do better anew. */
  void fail(Throwable fault) {
    log.atError()
        .addKeyValue("session", sessionId)
        .setCause(fault)
        .log("a connection of {} is given up", session.identity().user());
    giveUp(CloseCode.INTERNAL_ERROR);
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

  /** Ends it when its token was revoked: on its way in, it was not found among the others. */
  void checkRevoked() {
    if (loop.bridge().isRevoked(session.identity())) {
      session.revoke(session.identity().issuedAt());
    }
  }

  @Override
  public void authorise(String topic, TopicPolicy policy, long ticket) {
    Future<Boolean> allowed = policy.allows(session.identity().who(), topic);
    if (allowed.isComplete()) {
      authorised(topic, ticket, allowed);
    } else {
      allowed.onComplete(done -> loop.run(() -> authorised(topic, ticket, allowed)));
    }
  }

  private void authorised(String topic, long ticket, Future<Boolean> allowed) {
    Verdict verdict = Verdict.UNKNOWN;
    if (allowed.succeeded()) {
      verdict = Verdict.of(Boolean.TRUE.equals(allowed.result()));
    } else {
      String why = Places.said(allowed.cause());
      log.atWarn()
          .addKeyValue("topic", topic)
          .addKeyValue("session", sessionId)
          .log("it is not known who may register on {}: {}", topic, why);
    }
    session.registrations().authorised(topic, ticket, verdict);
  }

  @Override
  public void join(String topic, TopicPolicy policy, boolean held) {
    places.join(topic, policy, held);
  }

  @Override
  public void leave(String topic) {
    try {
      places.leave(topic);
    } catch (RuntimeException | OutOfMemoryError fault) {
      // The other topics are to be left all the same.
      fail(fault);
    }
  }

  @Override
  public void appear(String topic, Ref returning) {
    places.appear(topic, returning);
  }

  @Override
  public void vanish(String topic) {
    places.vanish(topic);
  }

  @Override
  public void replay(String topic, long after) {
    places.replay(topic, after);
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
    places.depart(how);
  }

  @Override
  public void close(CloseCode code) {
    loop.metrics().closed(code);
    try {
      judge();
      outlet.flush();
      outlet.close(code);
    } finally {
      loop.closed(this);
      whenEnded.run();
    }
  }

  @Override
  public void refused(ErrorCode code) {
    loop.metrics().refused(code);
  }
}

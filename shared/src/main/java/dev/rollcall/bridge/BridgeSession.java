package dev.rollcall.bridge;

import dev.rollcall.presence.Ref;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one client's connection is and may: frames and answers come in, effects go out.
 *
 * <p>A frame that can't be followed is answered by a code, and the connection lives on. Whatever
 * comes, in whatever order, what was joined is left again, and who appeared departs, by the time
 * the session has ended; after that nothing has an effect.
 *
 * <p>An effect may be answered at once, within the call, so each is the last thing that is done.
 * Knows no clock and no socket. Not safe for concurrent use.
 */
final class BridgeSession {
  /** The address to which a client sends the token that takes the place of the one it has. */
  static final String TOKEN_ADDRESS = Policies.RESERVED + "token";

  /** The headers of a register from one who was here before, and the fields of its answer. */
  static final String POSITION = "position";

  static final String REF = "phx_ref";

  private static final long NEVER = Long.MAX_VALUE;

  /** Not asked for: {@link SessionOutbox#replay} then only tells where the topic is. */
  static final long FROM_NOW = -1;

  private final Policies policies;
  private final SessionOutbox out;
  private final TokenBucket frames;

  /** As many as are followed may be refused as well: who sends more than that means to. */
  private final TokenBucket refusals;

  private final Map<String, Registration> topics = new HashMap<>(4);

  /** Who has answered and waits for an answer, and until when. */
  private Map<String, Long> awaited = Map.of();

  private Identity identity;
  private int requests;
  private long tickets;
  private long heardMillis;
  private long closeAtMillis = NEVER;
  private boolean pinged;

  /** The client has used what this bridge adds to the protocol, so it can be told of more. */
  private boolean knowsAdditions;

  private boolean toldToRenew;
  private boolean ended;

  BridgeSession(
      Identity identity, Policies policies, Limits limits, SessionOutbox out, long nowMillis) {
    this.identity = identity;
    this.policies = policies;
    this.out = out;
    this.frames = new TokenBucket(limits.framesInABurst(), limits.framesPerSecond(), nowMillis);
    this.refusals = new TokenBucket(limits.framesInABurst(), limits.framesPerSecond(), nowMillis);
    this.heardMillis = nowMillis;
  }

  Identity identity() {
    return identity;
  }

  boolean hasEnded() {
    return ended;
  }

  int topicCount() {
    return topics.size();
  }

  /** Something came of the client, and be it the answer to a ping. */
  void heard(long nowMillis) {
    heardMillis = nowMillis;
    pinged = false;
  }

  void receive(Buffer bytes, long nowMillis) {
    if (ended) {
      // A socket that is closing still hands over what had arrived.
      return;
    }
    heard(nowMillis);
    if (!spend(bytes.length(), nowMillis)) {
      return;
    }
    if (bytes.length() > Limits.MAX_FRAME_BYTES) {
      refuse(ErrorCode.MESSAGE_TOO_LONG, null);
    } else {
      follow(ClientFrame.parse(bytes));
    }
  }

  /**
   * Takes from what the client may send. A long frame costs as much as several, since it takes as
   * long to read; what is no message, such as a ping or a part of one, is a frame as well.
   *
   * @return false when it has sent too much
   */
  boolean spend(int bytes, long nowMillis) {
    if (ended) {
      return false;
    }
    int cost = 1 + bytes / Limits.FRAME_COST_BYTES;
    boolean enough = frames.take(cost, nowMillis);
    if (!enough && refusals.take(cost, nowMillis)) {
      refuse(ErrorCode.RATE_LIMITED, null);
    } else if (!enough) {
      end(CloseCode.RATE_LIMITED, Departure.CUT);
    }
    return enough;
  }

  private void follow(ClientFrame frame) {
    if (frame instanceof ClientFrame.Register register) {
      register(register);
    } else if (frame instanceof ClientFrame.Unregister unregister) {
      unregister(unregister);
    } else if (frame instanceof ClientFrame.Send send) {
      send(send);
    } else if (frame instanceof ClientFrame.Publish publish) {
      publish(publish);
    } else if (frame instanceof ClientFrame.Bad bad) {
      refuse(bad.code(), null);
    }
    // A ping has done what it is for by having come.
  }

  private void register(ClientFrame.Register frame) {
    knowsAdditions |= frame.replyAddress() != null;
    String topic = frame.address();
    if (policies.ofTopic(topic).isEmpty()) {
      refuse(ErrorCode.ACCESS_DENIED, frame.replyAddress());
    } else if (topics.containsKey(topic)) {
      refuse(ErrorCode.ADDRESS_ALREADY_REGISTERED, frame.replyAddress());
    } else if (topics.size() >= Limits.MAX_TOPICS) {
      refuse(ErrorCode.MAX_HANDLERS_REACHED, frame.replyAddress());
    } else {
      Registration.of(frame, ++tickets)
          .ifPresentOrElse(
              this::ask, () -> refuse(ErrorCode.INVALID_HEADERS, frame.replyAddress()));
    }
  }

  private void ask(Registration registration) {
    topics.put(registration.topic, registration);
    out.authorise(registration.topic, registration.ticket);
  }

  /** Takes what the application says, at a register or when rights have changed. */
  void authorised(String topic, long ticket, Verdict verdict) {
    Registration registration = topics.get(topic);
    if (ended || registration == null || registration.ticket != ticket) {
      return;
    }
    if (verdict == Verdict.ALLOWED) {
      if (!registration.joined) {
        join(registration);
      }
      return;
    }
    if (registration.joined && verdict == Verdict.UNKNOWN) {
      // Who was let in stays, until it is known that it may not.
      return;
    }
    drop(registration);
    ErrorCode code = verdict == Verdict.DENIED ? ErrorCode.ACCESS_DENIED : ErrorCode.AUTH_ERROR;
    refuse(code, registration.joined ? topic : registration.replyAddress);
  }

  private void join(Registration registration) {
    registration.join(policies.ofTopic(registration.topic).orElseThrow());
    out.join(registration.topic, registration.replaying && registration.isBack());
    if (registration.appearing) {
      out.appear(registration.topic, registration.returning);
    }
    if (registration.replaying) {
      out.replay(registration.topic, registration.after);
    }
    acknowledge(registration);
  }

  /**
   * The client is present.
   *
   * @param ref null where it could not be
   */
  void appeared(String topic, Ref ref) {
    Registration registration = topics.get(topic);
    if (registration != null) {
      registration.appearing = false;
      if (ref != null) {
        registration.answer.put(REF, ref.toString());
      }
      acknowledge(registration);
    }
  }

  /**
   * Another session has named this one's ref as its own; this one is still there, so it says so.
   */
  void taken(String topic) {
    Registration registration = topics.get(topic);
    if (registration != null && registration.joined && isPresence(topic)) {
      out.appear(topic, null);
    }
  }

  /**
   * What was missed has been sent.
   *
   * @param position up to which the client has the topic now
   * @param complete false when it has missed more than is replayed, and had better load all anew
   */
  void replayed(String topic, long position, boolean complete) {
    Registration registration = topics.get(topic);
    if (registration != null) {
      registration.replaying = false;
      registration.answer.put(POSITION, position).put("complete", complete);
      acknowledge(registration);
    }
  }

  private void acknowledge(Registration registration) {
    if (registration.isToBeAcknowledged()) {
      String replyAddress = registration.replyAddress;
      registration.replyAddress = null;
      out.write(Frames.reply(replyAddress, registration.answer));
    }
  }

  private void unregister(ClientFrame.Unregister frame) {
    Registration registration = topics.get(frame.address());
    if (registration != null) {
      drop(registration);
    } else if (policies.ofTopic(frame.address()).isEmpty()) {
      refuse(ErrorCode.ACCESS_DENIED, frame.replyAddress());
      return;
    }
    if (frame.replyAddress() != null) {
      out.write(Frames.reply(frame.replyAddress(), new JsonObject()));
    }
  }

  private void drop(Registration registration) {
    topics.remove(registration.topic);
    if (registration.joined) {
      out.leave(registration.topic);
      if (isPresence(registration.topic)) {
        out.vanish(registration.topic);
      }
    }
  }

  private boolean isPresence(String topic) {
    return policies.ofTopic(topic).filter(TopicPolicy::hasPresence).isPresent();
  }

  private void send(ClientFrame.Send frame) {
    if (frame.address().equals(TOKEN_ADDRESS)) {
      renew(frame);
    } else if (awaited.containsKey(frame.address())) {
      awaited.remove(frame.address());
      if (mayRequest(frame)) {
        out.answer(frame);
      } else {
        out.forget(frame.address());
      }
    } else if (!policies.maySend(identity.user(), frame.address())) {
      refuse(ErrorCode.ACCESS_DENIED, frame.replyAddress());
    } else if (frame.replyAddress() == null) {
      out.send(frame);
    } else if (mayRequest(frame)) {
      out.request(frame);
    }
  }

  private boolean mayRequest(ClientFrame.Send frame) {
    if (frame.replyAddress() == null) {
      return true;
    }
    if (requests >= Limits.MAX_REQUESTS) {
      refuse(ErrorCode.MAX_HANDLERS_REACHED, frame.replyAddress());
      return false;
    }
    requests++;
    return true;
  }

  /** Browsers publish to services alone: who may speak to a whole topic is a service's decision. */
  private void publish(ClientFrame.Publish frame) {
    if (policies.mayPublish(frame.address())) {
      out.publish(frame);
    } else {
      refuse(ErrorCode.ACCESS_DENIED, null);
    }
  }

  /**
   * A service has answered.
   *
   * @param awaits the address at which the service waits for an answer in turn, or null
   */
  void answered(Reply reply, String awaits, long nowMillis) {
    requests--;
    if (ended) {
      return;
    }
    if (awaits == null || awaited.size() >= Limits.MAX_REQUESTS) {
      out.write(Frames.reply(reply, null));
      if (awaits != null) {
        out.forget(awaits);
      }
      return;
    }
    if (awaited.isEmpty()) {
      awaited = new HashMap<>();
    }
    awaited.put(awaits, nowMillis + Limits.REQUEST_MILLIS);
    out.write(Frames.reply(reply, awaits));
  }

  /** What a client sent has failed, on its way or at its service. */
  void failed(String replyAddress, Throwable fault) {
    requests--;
    if (!ended) {
      out.write(Frames.failed(replyAddress, fault));
    }
  }

  private void renew(ClientFrame.Send frame) {
    knowsAdditions = true;
    Object token = frame.body() instanceof JsonObject body ? body.getValue("token") : null;
    if (token instanceof String text) {
      out.renew(text, frame.replyAddress());
    } else {
      refuse(ErrorCode.INVALID_TOKEN, frame.replyAddress());
    }
  }

  /**
   * A token was checked.
   *
   * @param renewed who it says is there, or null when it is not valid
   */
  void renewed(String replyAddress, Identity renewed) {
    if (ended) {
      return;
    }
    if (renewed == null || !renewed.user().equals(identity.user())) {
      refuse(ErrorCode.INVALID_TOKEN, replyAddress);
      return;
    }
    identity = renewed;
    toldToRenew = false;
    if (replyAddress != null) {
      JsonObject answer = new JsonObject().put("expires_at", renewed.expiresAt());
      out.write(Frames.reply(replyAddress, answer));
    }
  }

  /** To be called every second or two. */
  void tick(long nowMillis, long nowEpochSeconds) {
    if (ended) {
      return;
    }
    forgetLate(nowMillis);
    if (nowMillis >= closeAtMillis) {
      end(CloseCode.DRAINING, Departure.CUT);
    } else if (nowEpochSeconds >= identity.expiresAt()) {
      end(CloseCode.TOKEN_EXPIRED, Departure.CUT);
    } else if (nowMillis - heardMillis > Limits.IDLE_MILLIS) {
      end(CloseCode.IDLE, Departure.IDLE);
    } else {
      remind(nowMillis, identity.expiresAt() - nowEpochSeconds);
    }
  }

  private void forgetLate(long nowMillis) {
    if (!awaited.isEmpty()) {
      List<String> late = new ArrayList<>(awaited.keySet());
      late.removeIf(awaits -> nowMillis < awaited.get(awaits));
      awaited.keySet().removeAll(late);
      late.forEach(out::forget);
    }
  }

  private void remind(long nowMillis, long secondsLeft) {
    if (knowsAdditions && !toldToRenew && secondsLeft <= Limits.RENEW_SECONDS) {
      toldToRenew = true;
      out.write(Frames.event("token_expiring", new JsonObject().put("in_seconds", secondsLeft)));
    }
    if (!pinged && nowMillis - heardMillis > Limits.PING_MILLIS) {
      pinged = true;
      out.ping();
    }
  }

  /** The node leaves: the client is told when to go, and sent away when it has not gone by then. */
  void drain(long afterMillis, long nowMillis) {
    if (ended || closeAtMillis != NEVER) {
      return;
    }
    closeAtMillis = nowMillis + afterMillis;
    if (knowsAdditions) {
      out.write(Frames.event("reconnect", new JsonObject().put("in_millis", afterMillis)));
    }
  }

  /** Rights have changed: every topic is asked about again. */
  void reauthorise() {
    List<Registration> joined = new ArrayList<>(topics.values());
    joined.removeIf(registration -> !registration.joined);
    joined.forEach(registration -> out.authorise(registration.topic, registration.ticket));
  }

  /** Ends the session if its token was issued by then, in seconds since 1970. */
  void revoke(long issuedUntil) {
    if (!ended && identity.issuedAt() <= issuedUntil) {
      end(CloseCode.KICKED, Departure.KICKED);
    }
  }

  /** The client can't keep up. */
  void overflow() {
    end(CloseCode.SLOW_CONSUMER, Departure.CUT);
  }

  /** Closes the socket for a reason of its own: a frame that is none. */
  void reject(CloseCode code) {
    end(code, Departure.CUT);
  }

  /** The socket is gone, or the client has said that it goes: when it was told to, to come back. */
  void end(Departure how) {
    boolean sentAway = how == Departure.CLOSED && closeAtMillis != NEVER;
    end(CloseCode.NORMAL, sentAway ? Departure.CUT : how);
  }

  private void end(CloseCode code, Departure how) {
    if (ended) {
      return;
    }
    ended = true;
    List<Registration> had = new ArrayList<>(topics.values());
    topics.clear();
    had.removeIf(registration -> !registration.joined);
    had.forEach(registration -> out.leave(registration.topic));
    out.depart(how);
    out.close(code);
  }

  private void refuse(ErrorCode code, String replyAddress) {
    out.refused(code);
    out.write(replyAddress == null ? Frames.error(code) : Frames.refused(replyAddress, code));
  }
}

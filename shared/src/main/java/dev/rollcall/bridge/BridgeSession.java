package dev.rollcall.bridge;

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
 * <p>An effect may be answered at once, within the call. Knows no clock and no socket. Not safe for
 * concurrent use.
 */
final class BridgeSession {
  /** The address to which a client sends the token that takes the place of the one it has. */
  static final String TOKEN_ADDRESS = Policies.RESERVED + "token";

  private static final long NEVER = Long.MAX_VALUE;

  private final Policies policies;
  private final SessionOutbox out;
  private final TokenBucket frames;

  /** As many as are followed may be refused as well: who sends more than that means to. */
  private final TokenBucket refusals;

  private final Registrations registrations;

  /** Who has answered and waits for an answer, and until when. */
  private Map<String, Long> awaited = Map.of();

  private Identity identity;
  private int requests;
  private long heardMillis;
  private long closeAtMillis = NEVER;
  private boolean pinged;

  /** The client has used what this bridge adds to the protocol, so it can be told of more. */
  private boolean knowsAdditions;

  private boolean toldToRenew;

  /** A token is being checked, which may take a while: one at a time. */
  private boolean renewing;

  private boolean ended;

  BridgeSession(
      Identity identity, Policies policies, Limits limits, SessionOutbox out, long nowMillis) {
    this.identity = identity;
    this.policies = policies;
    this.out = out;
    this.registrations = new Registrations(policies, out);
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

  Registrations registrations() {
    return registrations;
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
      out.refuse(ErrorCode.MESSAGE_TOO_LONG, null);
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
      out.refuse(ErrorCode.RATE_LIMITED, null);
    } else if (!enough) {
      end(CloseCode.RATE_LIMITED, Departure.CUT);
    }
    return enough;
  }

  private void follow(ClientFrame frame) {
    if (frame instanceof ClientFrame.Register register) {
      knowsAdditions |= register.asksForMore();
      registrations.register(register);
    } else if (frame instanceof ClientFrame.Unregister unregister) {
      knowsAdditions |= unregister.replyAddress() != null;
      registrations.unregister(unregister);
    } else if (frame instanceof ClientFrame.Send send) {
      send(send);
    } else if (frame instanceof ClientFrame.Publish publish) {
      publish(publish);
    } else if (frame instanceof ClientFrame.Bad bad) {
      out.refuse(bad.code(), bad.replyAddress());
    }
    // A ping has done what it is for by having come.
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
    } else {
      Verdict verdict = policies.maySend(identity.who(), frame.address());
      if (verdict != Verdict.ALLOWED) {
        out.refuse(verdict.code(), frame.replyAddress());
      } else if (frame.replyAddress() == null) {
        out.send(frame);
      } else if (mayRequest(frame)) {
        out.request(frame);
      }
    }
  }

  private boolean mayRequest(ClientFrame.Send frame) {
    if (frame.replyAddress() == null) {
      return true;
    }
    if (requests >= Limits.MAX_REQUESTS) {
      out.refuse(ErrorCode.MAX_HANDLERS_REACHED, frame.replyAddress());
      return false;
    }
    requests++;
    return true;
  }

  /** Browsers publish to services alone: who may speak to a whole topic is a service's decision. */
  private void publish(ClientFrame.Publish frame) {
    Verdict verdict = policies.mayPublish(identity.who(), frame.address());
    if (verdict == Verdict.ALLOWED) {
      out.publish(frame);
    } else {
      out.refuse(verdict.code(), null);
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
    awaited.put(awaits, nowMillis + Limits.ANSWER_MILLIS);
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
    if (!(token instanceof String text)) {
      out.refuse(ErrorCode.INVALID_TOKEN, frame.replyAddress());
    } else if (renewing) {
      out.refuse(ErrorCode.RATE_LIMITED, frame.replyAddress());
    } else {
      renewing = true;
      out.renew(text, frame.replyAddress());
    }
  }

  /**
   * A token was checked.
   *
   * @param renewed who it says is there, or null when it is not valid
   */
  void renewed(String replyAddress, Identity renewed) {
    renewing = false;
    if (ended) {
      return;
    }
    if (renewed == null || !renewed.user().equals(identity.user())) {
      out.refuse(ErrorCode.INVALID_TOKEN, replyAddress);
      return;
    }
    boolean sameRights = identity.hasRightsOf(renewed);
    identity = renewed;
    toldToRenew = false;
    if (replyAddress != null) {
      JsonObject answer = new JsonObject().put("expires_at", renewed.expiresAt());
      out.write(Frames.reply(replyAddress, answer));
    }
    if (!sameRights) {
      registrations.reauthorise();
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

  /** Ends the session if its token was issued by then, in seconds since 1970. */
  void revoke(long issuedUntil) {
    if (!ended && identity.issuedAt() <= issuedUntil) {
      end(CloseCode.KICKED, Departure.KICKED);
    }
  }

  /** Closes the socket for a reason of its own: a frame that is none, a client that reads not. */
  void reject(CloseCode code) {
    end(code, Departure.CUT);
  }

  /** The socket is gone, or the client has said that it goes: when it was told to, to come back. */
  void end(Departure how) {
    boolean sentAway = how == Departure.CLOSED && closeAtMillis != NEVER;
    CloseCode code = how == Departure.CUT ? CloseCode.CUT : CloseCode.NORMAL;
    end(code, sentAway ? Departure.CUT : how);
  }

  private void end(CloseCode code, Departure how) {
    if (ended) {
      return;
    }
    ended = true;
    try {
      registrations.leaveAll();
    } finally {
      try {
        out.depart(how);
      } finally {
        out.close(code);
      }
    }
  }
}

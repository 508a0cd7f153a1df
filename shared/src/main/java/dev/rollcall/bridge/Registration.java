package dev.rollcall.bridge;

import dev.rollcall.presence.Ref;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * One topic that a client wants, and what is still to be done before that is acknowledged. The
 * session's own: it knows what follows from it.
 */
final class Registration {
  final String topic;
  final TopicPolicy policy;

  /** Names the last question to the application, so that an answer to another does not count. */
  long ticket;

  /** The position that the client has, or {@link Registrations#FROM_NOW}. */
  final long after;

  /** The ref that the client says it had, or null. */
  final Ref returning;

  /** Where the client waits to be told, or null. */
  String replyAddress;

  boolean joined;
  boolean appearing;
  boolean replaying;
  final JsonObject answer = new JsonObject();

  private Registration(ClientFrame.Register frame, TopicPolicy policy) {
    this.topic = frame.address();
    this.policy = policy;
    this.after = after(frame.headers().getValue(Registrations.POSITION));
    this.returning = returning(frame.headers().getValue(Registrations.REF));
    this.replyAddress = frame.replyAddress();
  }

  /** Reads a register; empty when its headers are not what they should be. */
  static Optional<Registration> of(ClientFrame.Register frame, TopicPolicy policy) {
    try {
      return Optional.of(new Registration(frame, policy));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** The application has said yes: from here on it waits for what the policy has to be done. */
  void join() {
    boolean asked = replyAddress != null || isBack();
    joined = true;
    appearing = policy.hasPresence();
    replaying = policy.history().isPresent() && asked;
  }

  /** Tells whether the client was here before, and misses what came since. */
  boolean isBack() {
    return after != Registrations.FROM_NOW;
  }

  boolean isToBeAcknowledged() {
    return joined && !appearing && !replaying && replyAddress != null;
  }

  private static long after(Object position) {
    if (position == null) {
      return Registrations.FROM_NOW;
    }
    long after = Long.parseLong(position.toString());
    if (after < 0) {
      throw new IllegalArgumentException("a position is not negative");
    }
    return after;
  }

  /** That it is this user's own is seen to where it is used: it replaces nobody else's. */
  private static Ref returning(Object ref) {
    return ref == null ? null : Ref.parse(ref.toString());
  }
}

package dev.rollcall.bridge;

import dev.rollcall.presence.Ref;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The topics that one client is registered on, or has asked for; a part of its {@link
 * BridgeSession}, and as pure.
 *
 * <p>An effect may be answered within its call, and may end the session: after each it is seen
 * whether the registration that it was for still stands.
 */
final class Registrations {
  /** The headers of a register from one who was here before, and the fields of its answer. */
  static final String POSITION = "position";

  static final String REF = "phx_ref";

  /** Not asked for: {@link SessionOutbox#replay} then only tells where the topic is. */
  static final long FROM_NOW = -1;

  private final Policies policies;
  private final SessionOutbox out;
  private final Map<String, Registration> topics = new HashMap<>(4);
  private long tickets;
  private boolean over;

  Registrations(Policies policies, SessionOutbox out) {
    this.policies = policies;
    this.out = out;
  }

  int count() {
    return topics.size();
  }

  void register(ClientFrame.Register frame) {
    String topic = frame.address();
    TopicPolicy policy = policies.ofTopic(topic).orElse(null);
    if (policy == null) {
      refuse(ErrorCode.ACCESS_DENIED, frame.replyAddress());
    } else if (topics.containsKey(topic)) {
      refuse(ErrorCode.ADDRESS_ALREADY_REGISTERED, frame.replyAddress());
    } else if (topics.size() >= Limits.MAX_TOPICS) {
      refuse(ErrorCode.MAX_HANDLERS_REACHED, frame.replyAddress());
    } else {
      Registration.of(frame, policy)
          .ifPresentOrElse(
              this::add, () -> refuse(ErrorCode.INVALID_HEADERS, frame.replyAddress()));
    }
  }

  private void add(Registration registration) {
    topics.put(registration.topic, registration);
    ask(registration);
  }

  /** What was asked before, and is not answered yet, may be answered by what was true then. */
  private void ask(Registration registration) {
    registration.ticket = ++tickets;
    out.authorise(registration.topic, registration.policy, registration.ticket);
  }

  /** Rights have changed: every topic is asked about again. */
  void reauthorise() {
    for (Registration registration : List.copyOf(topics.values())) {
      if (stands(registration)) {
        ask(registration);
      }
    }
  }

  /** Takes what the application says, at a register or when rights have changed. */
  void authorised(String topic, long ticket, Verdict verdict) {
    Registration registration = topics.get(topic);
    if (registration == null || registration.ticket != ticket) {
      return;
    }
    if (verdict == Verdict.ALLOWED) {
      if (!registration.joined) {
        join(registration);
      }
    } else if (!registration.joined) {
      topics.remove(topic);
      refuse(verdict.code(), registration.replyAddress);
    } else if (verdict == Verdict.DENIED) {
      // Who was let in stays, until it is known that it may not.
      drop(registration, verdict.code());
      refuse(verdict.code(), topic);
    }
  }

  private void join(Registration registration) {
    registration.join();
    out.join(
        registration.topic, registration.policy, registration.replaying && registration.isBack());
    if (registration.appearing && stands(registration)) {
      out.appear(registration.topic, registration.returning);
    }
    if (registration.replaying && stands(registration)) {
      out.replay(registration.topic, registration.after);
    }
    acknowledge(registration);
  }

  private boolean stands(Registration registration) {
    return topics.get(registration.topic) == registration;
  }

  /**
   * The client is present.
   *
   * @param ref null where it could not be
   */
  void appeared(String topic, Ref ref) {
    Registration registration = topics.get(topic);
    if (registration != null && registration.appearing) {
      registration.appearing = false;
      if (ref == null) {
        registration.answer.put("present", false);
      } else {
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
    if (registration != null && registration.joined && registration.policy.hasPresence()) {
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
    if (registration != null && registration.replaying) {
      registration.replaying = false;
      registration.answer.put(POSITION, position).put("complete", complete);
      if (!complete && registration.replyAddress == null) {
        write(Frames.incomplete(topic, position));
      }
      acknowledge(registration);
    }
  }

  private void acknowledge(Registration registration) {
    if (stands(registration) && registration.isToBeAcknowledged()) {
      String replyAddress = registration.replyAddress;
      registration.replyAddress = null;
      write(Frames.reply(replyAddress, registration.answer));
    }
  }

  void unregister(ClientFrame.Unregister frame) {
    Registration registration = topics.get(frame.address());
    if (registration != null) {
      drop(registration, ErrorCode.UNREGISTERED);
    } else if (policies.ofTopic(frame.address()).isEmpty()) {
      refuse(ErrorCode.ACCESS_DENIED, frame.replyAddress());
      return;
    }
    if (frame.replyAddress() != null) {
      write(Frames.reply(frame.replyAddress(), new JsonObject()));
    }
  }

  /**
   * Ends a registration.
   *
   * @param code for who still waits to be told that it is done
   */
  private void drop(Registration registration, ErrorCode code) {
    topics.remove(registration.topic);
    if (registration.joined) {
      if (registration.policy.hasPresence()) {
        out.vanish(registration.topic);
      }
      out.leave(registration.topic);
    }
    if (registration.replyAddress != null) {
      refuse(code, registration.replyAddress);
    }
  }

  /** The session has ended. Where the client is present is over with all of it. */
  void leaveAll() {
    over = true;
    List<Registration> had = new ArrayList<>(topics.values());
    topics.clear();
    had.removeIf(registration -> !registration.joined);
    had.forEach(registration -> out.leave(registration.topic));
  }

  private void refuse(ErrorCode code, String replyAddress) {
    if (!over) {
      out.refuse(code, replyAddress);
    }
  }

  private void write(String frame) {
    if (!over) {
      out.write(frame);
    }
  }
}

package dev.rollcall.bridge;

import dev.rollcall.presence.Follow;
import dev.rollcall.presence.PresenceListener;
import dev.rollcall.presence.Session;
import dev.rollcall.pubsub.Subscription;
import dev.rollcall.pubsub.Topic;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One browser's connection: frames come in, and what its topics carry goes out. A frame that can't
 * be followed is answered by a code, and the connection lives on. Everything happens on the
 * connection's own event loop.
 */
final class BridgeSession {
  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  static final int MAX_FRAME_BYTES = 64 * 1024;
  private static final int MAX_TOPICS = 100;
  private static final int MAX_REPLY_ADDRESS_LENGTH = 36;
  private static final int FRAMES_A_SECOND = 100;
  private static final int FRAMES_IN_A_BURST = 300;

  /** What may wait for one slow socket before it is closed. */
  private static final int MAX_WAITING_BYTES = 1024 * 1024;

  static final int CLOSE_TOKEN_EXPIRED = 4001;
  static final int CLOSE_IDLE = 4002;
  private static final int CLOSE_SLOW_CONSUMER = 4008;

  private record Registration(Subscription subscription, Optional<Follow> follow) {
    void end() {
      subscription.unsubscribe();
      follow.ifPresent(Follow::close);
    }
  }

  private final SockJSSocket socket;
  private final Identity identity;
  private final BridgeContext bridge;
  private final Session presence;
  private final Map<String, Registration> topics = new HashMap<>();
  private final TokenBucket frames;
  private long lastFrameMillis;
  private boolean ended;

  BridgeSession(SockJSSocket socket, Identity identity, BridgeContext bridge, long nowMillis) {
    this.socket = socket;
    this.identity = identity;
    this.bridge = bridge;
    this.presence = bridge.presence().session();
    this.frames = new TokenBucket(FRAMES_IN_A_BURST, FRAMES_A_SECOND, nowMillis);
    this.lastFrameMillis = nowMillis;
    socket.setWriteQueueMaxSize(MAX_WAITING_BYTES);
  }

  void receive(Buffer bytes, long nowMillis) {
    if (ended) {
      // A socket that is closing still hands over what had arrived.
      return;
    }
    lastFrameMillis = nowMillis;
    if (!frames.take(nowMillis)) {
      refuse(ErrorCode.RATE_LIMITED);
    } else if (bytes.length() > MAX_FRAME_BYTES) {
      refuse(ErrorCode.MESSAGE_TOO_LONG);
    } else {
      parse(bytes).ifPresentOrElse(this::receive, () -> refuse(ErrorCode.INVALID_JSON));
    }
  }

  /** Ends a connection that has been silent for too long, or whose token is over. */
  void check(long nowMillis, long idleMillis, long nowEpochSeconds) {
    if (nowEpochSeconds >= identity.expiresAt()) {
      close(CLOSE_TOKEN_EXPIRED, "token_expired");
    } else if (nowMillis - lastFrameMillis > idleMillis) {
      close(CLOSE_IDLE, "idle");
    }
  }

  /** Ends at once, however long the other side takes to answer the close. */
  private void close(int status, String reason) {
    end();
    bridge.closed(reason);
    socket.close(status, reason);
  }

  /** The connection is gone: nothing of it remains. */
  void end() {
    if (ended) {
      return;
    }
    ended = true;
    topics.values().forEach(Registration::end);
    topics.clear();
    presence.close().onFailure(fault -> log.error("a session did not close", fault));
  }

  private static Optional<JsonObject> parse(Buffer bytes) {
    try {
      return Optional.of(new JsonObject(bytes));
    } catch (DecodeException | ClassCastException malformed) {
      return Optional.empty();
    }
  }

  private void receive(JsonObject frame) {
    if (!(frame.getValue("type") instanceof String type)) {
      refuse(ErrorCode.MISSING_TYPE);
      return;
    }
    switch (type) {
      case "ping" -> {
        // That it came is all: the connection is not idle.
      }
      case "register", "unregister", "send", "publish" -> receive(type, frame);
      default -> refuse(ErrorCode.INVALID_TYPE);
    }
  }

  private void receive(String type, JsonObject frame) {
    if (!(frame.getValue("address") instanceof String address) || address.isBlank()) {
      refuse(ErrorCode.MISSING_ADDRESS);
    } else if (address.length() > Topic.MAX_LENGTH) {
      refuse(ErrorCode.MAX_ADDRESS_LENGTH_REACHED);
    } else if (type.equals("register")) {
      register(address);
    } else if (type.equals("unregister")) {
      unregister(address);
    } else if (type.equals("send")) {
      send(address, frame);
    } else {
      // A browser never publishes: who may speak to all is a service's decision.
      refuse(ErrorCode.ACCESS_DENIED);
    }
  }

  private void register(String topic) {
    Optional<TopicPolicy> policy =
        Topic.valid(topic) ? bridge.policies().ofTopic(identity.user(), topic) : Optional.empty();
    if (policy.isEmpty()) {
      refuse(ErrorCode.ACCESS_DENIED);
    } else if (topics.containsKey(topic)) {
      refuse(ErrorCode.ADDRESS_ALREADY_REGISTERED);
    } else if (topics.size() >= MAX_TOPICS) {
      refuse(ErrorCode.MAX_HANDLERS_REACHED);
    } else {
      Subscription subscription =
          bridge.pubSub().subscribe(topic, message -> write(Frames.message(message)));
      topics.put(topic, new Registration(subscription, appear(topic, policy.get())));
    }
  }

  private Optional<Follow> appear(String topic, TopicPolicy policy) {
    if (!policy.hasPresence()) {
      return Optional.empty();
    }
    presence
        .track(topic, identity.user(), policy.meta(identity.user(), topic))
        .onFailure(
            fault ->
                log.warn("{} is not present on {}: {}", identity.user(), topic, fault.toString()));
    return Optional.of(bridge.presence().follow(topic, listener(topic)));
  }

  private PresenceListener listener(String topic) {
    return new PresenceListener() {
      @Override
      public void state(JsonObject state) {
        write(Frames.event(topic, "presence_state", state));
      }

      @Override
      public void diff(JsonObject diff) {
        write(Frames.event(topic, "presence_diff", diff));
      }
    };
  }

  private void unregister(String topic) {
    Registration registration = topics.remove(topic);
    if (registration == null) {
      refuse(ErrorCode.ACCESS_DENIED);
      return;
    }
    registration.end();
    presence
        .untrack(topic, identity.user())
        .onFailure(fault -> log.debug("{} did not leave {}", identity.user(), topic, fault));
  }

  private void send(String address, JsonObject frame) {
    Object replyTo = frame.getValue("replyAddress");
    boolean wantsReply = replyTo instanceof String text && !text.isEmpty();
    if (replyTo != null
        && !(wantsReply && ((String) replyTo).length() <= MAX_REPLY_ADDRESS_LENGTH)) {
      refuse(ErrorCode.INVALID_REPLY_ADDRESS);
    } else if (!bridge.policies().maySend(address)) {
      bridge.refused(ErrorCode.ACCESS_DENIED);
      write(
          wantsReply
              ? Frames.refused((String) replyTo, ErrorCode.ACCESS_DENIED, 403)
              : Frames.error(ErrorCode.ACCESS_DENIED));
    } else if (wantsReply) {
      bridge
          .request(address, frame.getValue("body"), identity.user())
          .onSuccess(body -> write(Frames.reply((String) replyTo, body)))
          .onFailure(fault -> write(Frames.failed((String) replyTo, fault)));
    } else {
      bridge.send(address, frame.getValue("body"), identity.user());
    }
  }

  private void refuse(ErrorCode code) {
    bridge.refused(code);
    write(Frames.error(code));
  }

  private void write(String frame) {
    if (ended) {
      return;
    }
    if (socket.writeQueueFull()) {
      close(CLOSE_SLOW_CONSUMER, "slow_consumer");
      return;
    }
    bridge.delivered();
    socket
        .write(frame)
        .onFailure(fault -> log.trace("{} is gone: {}", identity.user(), fault.getMessage()));
  }
}

package dev.rollcall.bridge;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one client says to services over the bus, and what they answer. */
final class Requests {
  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  /** Who sent it: no client can write this header. */
  private static final String USER = "user";

  /** From which connection, so that what follows from it is not told to that: nor can it this. */
  private static final String SESSION = "session";

  private final EventBus bus;
  private final BridgeSession session;
  private final String sessionId;

  /** Those who answered and wait for an answer, by the address at which they do. */
  private Map<String, Message<Object>> awaiting = Map.of();

  Requests(EventBus bus, BridgeSession session, String sessionId) {
    this.bus = bus;
    this.session = session;
    this.sessionId = sessionId;
  }

  void send(ClientFrame.Send frame) {
    bus.send(frame.address(), frame.body(), options(frame.headers()));
  }

  void publish(ClientFrame.Publish frame) {
    bus.publish(frame.address(), frame.body(), options(frame.headers()));
  }

  void request(ClientFrame.Send frame) {
    bus.request(frame.address(), frame.body(), options(frame.headers()))
        .onComplete((answer, fault) -> answered(frame.replyAddress(), answer, fault));
  }

  /** Answers one who answered before and waits. */
  void answer(ClientFrame.Send frame) {
    Message<Object> waiting = awaiting.remove(frame.address());
    if (frame.replyAddress() == null) {
      waiting.reply(frame.body(), options(frame.headers()));
    } else {
      waiting
          .replyAndRequest(frame.body(), options(frame.headers()))
          .onComplete((answer, fault) -> answered(frame.replyAddress(), answer, fault));
    }
  }

  void forget(String awaits) {
    awaiting.remove(awaits);
  }

  private void answered(String replyAddress, Message<Object> answer, Throwable fault) {
    if (session.hasEnded()) {
      return;
    }
    if (fault != null) {
      session.failed(replyAddress, fault);
    } else if (!isJson(answer.body())) {
      log.atError()
          .addKeyValue("session", sessionId)
          .log("an answer is not JSON, but a {}", answer.body().getClass().getName());
      session.failed(replyAddress, new IllegalStateException("not JSON"));
    } else {
      String awaits = answer.replyAddress();
      if (awaits != null) {
        await(awaits, answer);
      }
      Reply reply = new Reply(replyAddress, answer.body(), answer.headers());
      session.answered(reply, awaits, Bridge.nowMillis());
    }
  }

  private void await(String address, Message<Object> answer) {
    if (awaiting.isEmpty()) {
      awaiting = new HashMap<>();
    }
    awaiting.put(address, answer);
  }

  private static boolean isJson(Object body) {
    return body == null
        || body instanceof JsonObject
        || body instanceof JsonArray
        || body instanceof String
        || body instanceof Number
        || body instanceof Boolean
        || body instanceof Buffer;
  }

  private DeliveryOptions options(JsonObject headers) {
    MultiMap all = MultiMap.caseInsensitiveMultiMap();
    headers.forEach(header -> all.add(header.getKey(), String.valueOf(header.getValue())));
    all.set(USER, session.identity().user());
    all.set(SESSION, sessionId);
    return new DeliveryOptions().setSendTimeout(Limits.ANSWER_MILLIS).setHeaders(all);
  }
}

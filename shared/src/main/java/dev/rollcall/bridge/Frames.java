package dev.rollcall.bridge;

import dev.rollcall.pubsub.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;

/** The frames that the server sends, as text. */
final class Frames {
  private static final int UNAVAILABLE = 503;

  private Frames() {}

  /** A topic's message: the payload goes in as it is encoded already. */
  static String message(Message message) {
    return "{\"type\":\"rec\",\"address\":"
        + Json.encode(message.topic())
        + ",\"body\":{\"event\":"
        + Json.encode(message.event())
        + ",\"payload\":"
        + message.encodedPayload()
        + "}}";
  }

  static String event(String topic, String event, JsonObject payload) {
    return reply(topic, new JsonObject().put("event", event).put("payload", payload));
  }

  static String reply(String address, Object body) {
    return new JsonObject().put("type", "rec").put("address", address).put("body", body).encode();
  }

  static String error(ErrorCode code) {
    return new JsonObject().put("type", "err").put("body", code.toString()).encode();
  }

  /** A send that was refused before it reached anybody. */
  static String refused(String replyAddress, ErrorCode code, int status) {
    return failure(replyAddress, status, ReplyFailure.RECIPIENT_FAILURE, code.toString());
  }

  /** A send that failed on its way or at its service. Only what the service said is passed on. */
  static String failed(String replyAddress, Throwable fault) {
    if (!(fault instanceof ReplyException reply)) {
      return failure(replyAddress, 500, ReplyFailure.ERROR, "internal");
    }
    return switch (reply.failureType()) {
      case RECIPIENT_FAILURE ->
          failure(replyAddress, reply.failureCode(), reply.failureType(), reply.getMessage());
      case ERROR -> failure(replyAddress, 500, ReplyFailure.ERROR, "internal");
      default -> failure(replyAddress, UNAVAILABLE, reply.failureType(), "unavailable");
    };
  }

  private static String failure(String address, int code, ReplyFailure type, String message) {
    return new JsonObject()
        .put("type", "err")
        .put("address", address)
        .put("failureCode", code)
        .put("failureType", type.name())
        .put("message", message)
        .encode();
  }
}

package dev.rollcall.bridge;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The frames that one client is sent, as text; those for many are an {@link Encoded}. */
final class Frames {
  /** The event of a topic that tells that some of it was missed. */
  static final String INCOMPLETE = "replay_incomplete";

  private static final int UNAVAILABLE = 503;

  private Frames() {}

  static String reply(String address, Object body) {
    return rec(address, body).encode();
  }

  /**
   * What a service answered.
   *
   * @param awaits where the service waits for an answer in turn, or null
   */
  static String reply(Reply reply, String awaits) {
    JsonObject frame = rec(reply.address(), reply.body());
    if (awaits != null) {
      frame.put("replyAddress", awaits);
    }
    if (!reply.headers().isEmpty()) {
      JsonObject headers = new JsonObject();
      for (String name : reply.headers().names()) {
        List<String> values = reply.headers().getAll(name);
        headers.put(name, values.size() == 1 ? values.get(0) : new JsonArray(values));
      }
      frame.put("headers", headers);
    }
    return frame.encode();
  }

  /** Word at a topic's address that more was missed than is sent: it is to be loaded anew. */
  static String incomplete(String topic, long position) {
    JsonObject payload = new JsonObject().put(Registrations.POSITION, position);
    return reply(topic, new JsonObject().put("event", INCOMPLETE).put("payload", payload));
  }

  /** Word of the bridge itself. */
  static String event(String event, JsonObject message) {
    return new JsonObject().put("event", event).put("message", message).encode();
  }

  static String error(ErrorCode code) {
    return new JsonObject().put("type", "err").put("body", code.toString()).encode();
  }

  /** The answer to a frame that was refused before it reached anybody. */
  static String refused(String replyAddress, ErrorCode code) {
    return failure(replyAddress, code.status(), ReplyFailure.RECIPIENT_FAILURE, code.toString());
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

  private static JsonObject rec(String address, Object body) {
    return new JsonObject().put("type", "rec").put("address", address).put("body", body);
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

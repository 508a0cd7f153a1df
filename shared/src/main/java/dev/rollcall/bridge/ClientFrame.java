package dev.rollcall.bridge;

import dev.rollcall.pubsub.Topic;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** What a client says, checked as far as that can be done without knowing who says it. */
sealed interface ClientFrame {
  record Ping() implements ClientFrame {}

  /**
   * To hear a topic, or to hear it no more.
   *
   * @param replyAddress where the client wants to be told that it is done, or null
   */
  record Register(String address, JsonObject headers, String replyAddress) implements ClientFrame {
    /** Tells whether it uses what this bridge adds to the protocol. */
    boolean asksForMore() {
      return replyAddress != null
          || headers.containsKey(Registrations.POSITION)
          || headers.containsKey(Registrations.REF);
    }
  }

  record Unregister(String address, String replyAddress) implements ClientFrame {}

  /**
   * A message to one service.
   *
   * @param body any JSON value, or null
   * @param replyAddress where the client wants the answer, or null
   */
  record Send(String address, JsonObject headers, Object body, String replyAddress)
      implements ClientFrame {}

  /** A message to all who listen at an address. */
  record Publish(String address, JsonObject headers, Object body) implements ClientFrame {}

  /**
   * What can't be followed, and why.
   *
   * @param replyAddress where the client wants to be told, or null, also where that can't be read
   */
  record Bad(ErrorCode code, String replyAddress) implements ClientFrame {}

  /** Reads a frame; whatever the bytes are, it does not throw. */
  static ClientFrame parse(Buffer bytes) {
    try {
      return parse(new JsonObject(bytes));
    } catch (DecodeException | ClassCastException malformed) {
      return new Bad(ErrorCode.INVALID_JSON, null);
    }
  }

  private static ClientFrame parse(JsonObject frame) {
    Object replyAddress = frame.getValue("replyAddress");
    if (replyAddress != null && !isReplyAddress(replyAddress)) {
      return new Bad(ErrorCode.INVALID_REPLY_ADDRESS, null);
    }
    return parse(frame, (String) replyAddress);
  }

  private static ClientFrame parse(JsonObject frame, String reply) {
    if (!(frame.getValue("type") instanceof String type)) {
      return new Bad(ErrorCode.MISSING_TYPE, reply);
    }
    if (type.equals("ping")) {
      return new Ping();
    }
    if (!(frame.getValue("address") instanceof String address) || address.isBlank()) {
      return new Bad(ErrorCode.MISSING_ADDRESS, reply);
    }
    if (address.length() > Topic.MAX_LENGTH) {
      return new Bad(ErrorCode.MAX_ADDRESS_LENGTH_REACHED, reply);
    }
    Object headers = frame.getValue("headers");
    if (headers != null && !(headers instanceof JsonObject)) {
      return new Bad(ErrorCode.INVALID_HEADERS, reply);
    }
    JsonObject named = headers == null ? new JsonObject() : (JsonObject) headers;
    return switch (type) {
      case "register" -> new Register(address, named, reply);
      case "unregister" -> new Unregister(address, reply);
      case "send" -> new Send(address, named, frame.getValue("body"), reply);
      case "publish" -> new Publish(address, named, frame.getValue("body"));
      default -> new Bad(ErrorCode.INVALID_TYPE, reply);
    };
  }

  private static boolean isReplyAddress(Object value) {
    return value instanceof String text
        && !text.isEmpty()
        && text.length() <= Limits.MAX_REPLY_ADDRESS_LENGTH;
  }
}

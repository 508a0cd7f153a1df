package dev.rollcall.pubsub;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * What a topic carries: an event and its payload. The payload stays encoded, so that passing a
 * message on costs no decoding and no subscriber can change what another one sees.
 *
 * @param topic the topic it was broadcast on, see {@link Topic}
 * @param event what happened, such as {@code new_message}; 1 to 64 characters
 * @param encodedPayload a JSON object in UTF-8; must not be written to
 */
public record Message(String topic, String event, Buffer encodedPayload) {
  private static final int MAX_EVENT_LENGTH = 64;

  public Message {
    Topic.check(topic);
    if (event.isEmpty() || event.length() > MAX_EVENT_LENGTH) {
      throw new IllegalArgumentException(
          "an event has 1 to " + MAX_EVENT_LENGTH + " characters, not " + event.length());
    }
  }

  /** Returns the payload, decoded anew at each call: the caller may keep and change it. */
  public JsonObject payload() {
    return new JsonObject(encodedPayload);
  }
}

package dev.rollcall.chat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Some of a room's messages.
 *
 * @param messages oldest first
 * @param more whether the room has messages before them
 */
record Page(List<StoredMessage> messages, boolean more) {
  Page {
    messages = List.copyOf(messages);
  }

  JsonObject json() {
    List<JsonObject> encoded = messages.stream().map(StoredMessage::json).toList();
    return new JsonObject().put("messages", new JsonArray(encoded)).put("more", more);
  }
}

package dev.rollcall.chat;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A message as everybody sees it. */
record StoredMessage(
    long id, Room room, String author, String text, String clientId, Instant sentAt) {

  JsonObject toJson() {
    return new JsonObject()
        .put("id", id)
        .put("room", room.name())
        .put("user", author)
        .put("text", text)
        .put("client_id", clientId)
        .put("sent_at", sentAt.truncatedTo(ChronoUnit.MILLIS).toString());
  }
}

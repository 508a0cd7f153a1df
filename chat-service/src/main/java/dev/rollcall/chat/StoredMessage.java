package dev.rollcall.chat;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Objects;

/**
 * A message as everybody sees it.
 *
 * @param id positive; a later message has a higher one
 * @param sentAt when it was stored, by the database's clock
 */
record StoredMessage(
    long id, Room room, String user, String text, String clientId, Instant sentAt) {
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  StoredMessage {
    if (id < 1) {
      throw new IllegalArgumentException("an id is positive, not " + id);
    }
    Objects.requireNonNull(room);
    Objects.requireNonNull(user);
    Objects.requireNonNull(text);
    Objects.requireNonNull(clientId);
    Objects.requireNonNull(sentAt);
  }

  JsonObject json() {
    return new JsonObject()
        .put("id", id)
        .put("room", room.name())
        .put("user", user)
        .put("text", text)
        .put("client_id", clientId)
        .put("sent_at", MILLIS.format(sentAt));
  }
}

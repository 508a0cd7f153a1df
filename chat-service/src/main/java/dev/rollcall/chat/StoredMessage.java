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
 * @param id positive and never given twice; a later message of a room has a higher one
 * @param number 1 for the first message of the room, and so on without a hole
 * @param text as it is by now; empty once it is deleted
 * @param sentAt when it was stored, by the database's clock
 * @param editedAt when it was edited last, null for never
 * @param deletedAt null for a message that is still there
 */
record StoredMessage(
    long id,
    Room room,
    long number,
    String user,
    String text,
    String clientId,
    Instant sentAt,
    Instant editedAt,
    Instant deletedAt) {
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  StoredMessage {
    if (id < 1 || number < 1) {
      throw new IllegalArgumentException("positive, but not " + id + " and " + number);
    }
    Objects.requireNonNull(room);
    Objects.requireNonNull(user);
    Objects.requireNonNull(text);
    Objects.requireNonNull(clientId);
    Objects.requireNonNull(sentAt);
  }

  boolean isDeleted() {
    return deletedAt != null;
  }

  PostId postId() {
    return new PostId(user, clientId);
  }

  /** Of a deleted message there is all but what it said. */
  JsonObject json() {
    JsonObject json = new JsonObject().put("id", id).put("room", room.name());
    json.put("number", number).put("user", user);
    if (!isDeleted()) {
      json.put("text", text);
    }
    json.put("client_id", clientId).put("sent_at", MILLIS.format(sentAt));
    if (editedAt != null) {
      json.put("edited_at", MILLIS.format(editedAt));
    }
    return isDeleted() ? json.put("deleted_at", MILLIS.format(deletedAt)) : json;
  }

  /** What is told of a deletion. */
  JsonObject deletion() {
    return new JsonObject()
        .put("room", room.name())
        .put("number", number)
        .put("id", id)
        .put("deleted_at", MILLIS.format(deletedAt));
  }
}

package dev.rollcall.chat;

import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;

/**
 * What somebody wants to say.
 *
 * @param text 1 to 2000 UTF-16 units, not blank
 * @param clientId the client's own name for it: sent twice, it is one message
 */
record NewMessage(Room room, String author, String text, String clientId) {
  static final int MAX_TEXT_LENGTH = 2_000;

  private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

  NewMessage {
    if (text.isBlank() || text.length() > MAX_TEXT_LENGTH || !storable(text)) {
      throw new Refused(Refused.Code.INVALID_TEXT);
    }
    if (!CLIENT_ID.matcher(clientId).matches()) {
      throw new Refused(Refused.Code.INVALID_CLIENT_ID);
    }
  }

  /** Reads {@code {"room", "text", "client_id"}}. */
  static NewMessage of(JsonObject body, String author) {
    return new NewMessage(
        new Room(text(body, "room", Refused.Code.INVALID_ROOM)),
        author,
        text(body, "text", Refused.Code.INVALID_TEXT),
        text(body, "client_id", Refused.Code.INVALID_CLIENT_ID));
  }

  private static String text(JsonObject body, String field, Refused.Code otherwise) {
    if (body.getValue(field) instanceof String text) {
      return text;
    }
    throw new Refused(otherwise);
  }

  /** PostgreSQL keeps neither a NUL nor half a character. */
  private static boolean storable(String text) {
    return text.codePoints()
        .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }
}

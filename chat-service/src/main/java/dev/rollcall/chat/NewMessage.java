package dev.rollcall.chat;

import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;

/**
 * A message to be stored.
 *
 * @param user who posts it, by their token; 1 to 256 UTF-16 units
 * @param text 1 to 2000 UTF-16 units, not blank
 * @param clientId 1 to 64 of A-Z, a-z, 0-9 and -; the same when the same message is posted again
 */
record NewMessage(Room room, String user, String text, String clientId) {
  private static final int MAX_USER_LENGTH = 256;
  private static final int MAX_TEXT_LENGTH = 2_000;
  private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

  NewMessage {
    Rejected.unless(storable(user, MAX_USER_LENGTH), Rejection.INVALID_USER);
    Rejected.unless(storable(text, MAX_TEXT_LENGTH), Rejection.INVALID_TEXT);
    Rejected.unless(
        clientId != null && CLIENT_ID.matcher(clientId).matches(), Rejection.INVALID_CLIENT_ID);
  }

  static NewMessage from(String user, JsonObject body) {
    Room room = Room.from(body.getValue("room"));
    return new NewMessage(room, user, text(body, "text"), text(body, "client_id"));
  }

  private static String text(JsonObject body, String field) {
    return body.getValue(field) instanceof String text ? text : null;
  }

  /** PostgreSQL stores no NUL, and UTF-8 has no halves of surrogate pairs. */
  private static boolean storable(String text, int maxLength) {
    return text != null
        && !text.isBlank()
        && text.length() <= maxLength
        && text.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
  }
}

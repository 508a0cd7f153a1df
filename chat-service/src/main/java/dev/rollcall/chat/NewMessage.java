package dev.rollcall.chat;

import dev.rollcall.trace.Trace;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A message to be stored.
 *
 * @param user who posts it
 * @param clientId 1 to 64 of A-Z, a-z, 0-9 and -; the same when the same message is posted again
 * @param trace of the request that posts it, if there is one
 */
record NewMessage(Room room, String user, Text text, String clientId, Optional<Trace> trace) {
  private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

  NewMessage {
    Rejected.unless(
        clientId != null && CLIENT_ID.matcher(clientId).matches(), Rejection.INVALID_CLIENT_ID);
  }

  NewMessage(Room room, String user, Text text, String clientId) {
    this(room, user, text, clientId, Optional.empty());
  }

  static NewMessage from(Request request) {
    return new NewMessage(
        request.room(),
        request.user(),
        request.text(),
        request.string("client_id"),
        Trace.current());
  }

  PostId postId() {
    return new PostId(user, clientId);
  }

  /**
   * Tells whether this was stored so, before or now. What it said at first is not known any more
   * once it was edited or deleted: then its room must do.
   */
  boolean isStoredAs(StoredMessage stored) {
    boolean changed = stored.editedAt() != null || stored.deletedAt() != null;
    return room.equals(stored.room()) && (changed || text.value().equals(stored.text()));
  }
}

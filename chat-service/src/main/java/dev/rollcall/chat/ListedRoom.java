package dev.rollcall.chat;

import io.vertx.core.json.JsonObject;

/**
 * A room as one user sees it: what they have not read comes after their read number.
 *
 * @param title null for a room that has none
 * @param lastNumber of its last message, 0 for a room without one
 * @param readNumber of the last message that they have read, 0 for none
 */
record ListedRoom(Room room, String title, long lastNumber, long readNumber) {

  JsonObject json() {
    JsonObject json = new JsonObject().put("room", room.name());
    if (title != null) {
      json.put("title", title);
    }
    return json.put("last_number", lastNumber).put("read_number", readNumber);
  }
}

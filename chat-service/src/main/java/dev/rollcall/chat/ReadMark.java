package dev.rollcall.chat;

import io.vertx.core.json.JsonObject;

/**
 * How far a user has read in a room.
 *
 * @param number of the last message they have read
 * @param moved whether that is further than before
 */
record ReadMark(Room room, long number, boolean moved) {

  JsonObject json() {
    return new JsonObject().put("room", room.name()).put("number", number);
  }
}

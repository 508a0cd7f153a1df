package dev.rollcall.chat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Some rooms.
 *
 * @param rooms by name
 * @param more whether there are rooms after them
 */
record RoomPage(List<ListedRoom> rooms, boolean more) {
  RoomPage {
    rooms = List.copyOf(rooms);
  }

  JsonObject json() {
    List<JsonObject> encoded = rooms.stream().map(ListedRoom::json).toList();
    return new JsonObject().put("rooms", new JsonArray(encoded)).put("more", more);
  }
}

package dev.rollcall.system;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What one client has of one room, by the rules that the page has: what comes after the position
 * that it knows is delivered, and what can't be is loaded. May be read from any thread.
 */
final class RoomCopy {
  /** A message that came on the topic. */
  record Delivered(long position, long number, String text) {}

  private static final long NONE = -1;

  private final String room;
  private final List<Delivered> delivered = new ArrayList<>();
  private final NavigableMap<Long, String> loaded = new TreeMap<>();
  private final List<String> gaps = new ArrayList<>();
  private long position = NONE;
  private boolean acknowledged;

  RoomCopy(String room) {
    this.room = room;
  }

  String room() {
    return room;
  }

  String topic() {
    return "room:" + room;
  }

  /** A new registration begins; returns what it says of where this copy is. */
  synchronized JsonObject headers() {
    acknowledged = false;
    JsonObject headers = new JsonObject();
    return position == NONE ? headers : headers.put("position", String.valueOf(position));
  }

  /** The bridge follows the room. Returns false when the rest is to be loaded. */
  synchronized boolean acknowledged(JsonObject answer) {
    acknowledged = true;
    position = Math.max(position, answer.getLong("position"));
    return answer.getBoolean("complete");
  }

  /** Takes what came on the topic. Returns false when what is missing is to be loaded. */
  synchronized boolean heard(JsonObject frame) {
    JsonObject body = frame.getJsonObject("body");
    JsonObject payload = body.getJsonObject("payload");
    return switch (body.getString("event")) {
      case "new_message" -> {
        take(Long.parseLong(frame.getJsonObject("headers").getString("position")), payload);
        yield true;
      }
      case "replay_incomplete" -> {
        position = Math.max(position, payload.getLong("position"));
        yield false;
      }
      default -> true;
    };
  }

  private void take(long at, JsonObject message) {
    if (acknowledged && at > position + 1) {
      gaps.add(room + " from " + position + " to " + at);
    }
    delivered.add(new Delivered(at, message.getLong("number"), message.getString("text")));
    position = Math.max(position, at);
  }

  /** Takes a page of the room. Returns the number before which to load on, or 0 to end. */
  synchronized long load(JsonObject page) {
    JsonArray messages = page.getJsonArray("messages");
    boolean news = false;
    for (int i = 0; i < messages.size(); i++) {
      JsonObject message = messages.getJsonObject(i);
      news |= loaded.put(message.getLong("number"), message.getString("text")) == null;
    }
    return news && page.getBoolean("more") ? messages.getJsonObject(0).getLong("number") : 0;
  }

  synchronized long position() {
    return position;
  }

  synchronized List<Delivered> delivered() {
    return List.copyOf(delivered);
  }

  synchronized NavigableMap<Long, String> loaded() {
    return new TreeMap<>(loaded);
  }

  /** Returns what was left out on the topic without a word. */
  synchronized List<String> gaps() {
    return List.copyOf(gaps);
  }
}

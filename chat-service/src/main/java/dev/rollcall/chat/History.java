package dev.rollcall.chat;

import io.vertx.core.json.JsonObject;

/**
 * Which messages are asked for: the newest of a room that have a lower id.
 *
 * @param before positive; {@link Long#MAX_VALUE} for the newest of all
 */
record History(Room room, long before) {
  History {
    Rejected.unless(before > 0, Rejection.INVALID_BEFORE);
  }

  static History from(JsonObject body) {
    Room room = Room.from(body.getValue("room"));
    return new History(room, body.getValue("before") == null ? Long.MAX_VALUE : before(body));
  }

  private static long before(JsonObject body) {
    Object before = body.getValue("before");
    Rejected.unless(before instanceof Integer || before instanceof Long, Rejection.INVALID_BEFORE);
    return ((Number) before).longValue();
  }
}

package dev.rollcall.chat;

import dev.rollcall.access.Access;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;

/**
 * What somebody asks of the chat. Nothing in it is trusted: each field is checked when it is asked
 * for, and {@link Rejected} where it can't be what it must be.
 *
 * @param sender who asks, by their token; null for a service that asks for nobody
 * @param session the browser's connection that they ask on; null for a service
 */
record Request(String sender, String session, JsonObject body) {
  /** The headers that the bridge writes, and no browser can. */
  static final String USER = "user";

  static final String SESSION = "session";

  static Request of(Message<Object> message) {
    if (message.body() instanceof JsonObject body) {
      return new Request(message.headers().get(USER), message.headers().get(SESSION), body);
    }
    throw new Rejected(Rejection.INVALID_BODY);
  }

  String user() {
    Rejected.unless(sender != null && Access.isUser(sender), Rejection.INVALID_USER);
    return sender;
  }

  Room room() {
    return new Room(string("room"));
  }

  Text text() {
    return new Text(string("text"));
  }

  /** Returns the message that is meant. */
  Place place() {
    return new Place(room(), positive("number", Rejection.INVALID_NUMBER));
  }

  /** Returns the field where it is a string, null for anything else. */
  String string(String field) {
    return body.getValue(field) instanceof String text ? text : null;
  }

  boolean has(String field) {
    return body.getValue(field) != null;
  }

  long positive(String field, Rejection otherwise) {
    Object value = body.getValue(field);
    Rejected.unless(value instanceof Integer || value instanceof Long, otherwise);
    long number = ((Number) value).longValue();
    Rejected.unless(number > 0, otherwise);
    return number;
  }

  /** Returns how many are asked for: the usual number where it is not said. */
  int limit(int usual, int most) {
    long limit = has("limit") ? positive("limit", Rejection.INVALID_LIMIT) : usual;
    Rejected.unless(limit <= most, Rejection.INVALID_LIMIT);
    return (int) limit;
  }
}

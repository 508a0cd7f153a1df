package dev.rollcall.chat;

import java.util.regex.Pattern;

/**
 * A room, which exists by being named.
 *
 * @param name 1 to 32 of a-z, 0-9 and -, the first of them no -
 */
record Room(String name) {
  static final String TOPIC_PREFIX = "room:";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  Room {
    Rejected.unless(valid(name), Rejection.INVALID_ROOM);
  }

  /** Returns the room that a field of a request names. */
  static Room from(Object field) {
    return new Room(field instanceof String name ? name : null);
  }

  /** Tells whether this is the topic of a room. */
  static boolean isTopic(String topic) {
    return topic.startsWith(TOPIC_PREFIX) && valid(topic.substring(TOPIC_PREFIX.length()));
  }

  String topic() {
    return TOPIC_PREFIX + name;
  }

  private static boolean valid(String name) {
    return name != null && NAME.matcher(name).matches();
  }
}

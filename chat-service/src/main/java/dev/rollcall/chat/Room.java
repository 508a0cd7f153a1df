package dev.rollcall.chat;

import java.util.regex.Pattern;

/**
 * A room. It need not be created to be entered: the first message creates it.
 *
 * @param name 1 to 32 of a-z, 0-9 and -, the first of them no -
 */
record Room(String name) {
  static final String TOPIC_PREFIX = "room:";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  Room {
    Rejected.unless(isName(name), Rejection.INVALID_ROOM);
  }

  static boolean isName(String name) {
    return name != null && NAME.matcher(name).matches();
  }

  /** Tells whether this is the topic of a room. */
  static boolean isTopic(String topic) {
    return topic.startsWith(TOPIC_PREFIX) && isName(topic.substring(TOPIC_PREFIX.length()));
  }

  String topic() {
    return TOPIC_PREFIX + name;
  }
}

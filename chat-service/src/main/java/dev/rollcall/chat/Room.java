package dev.rollcall.chat;

import java.util.regex.Pattern;

/**
 * A room by its name.
 *
 * @param name 1 to 32 lower-case letters, digits or dashes, the first no dash
 */
record Room(String name) {
  static final String TOPICS = "room:*";

  private static final String PREFIX = "room:";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  Room {
    if (!NAME.matcher(name).matches()) {
      throw new Refused(Refused.Code.INVALID_ROOM);
    }
  }

  static boolean isTopic(String topic) {
    return topic.startsWith(PREFIX) && NAME.matcher(topic.substring(PREFIX.length())).matches();
  }

  String topic() {
    return PREFIX + name;
  }
}

package dev.rollcall.pubsub;

/** The rules for a topic's name: a named channel such as {@code room:lobby} or {@code orders}. */
public final class Topic {
  /** Long enough for any sensible name, short enough to be kept for every subscription. */
  public static final int MAX_LENGTH = 256;

  private Topic() {}

  /**
   * Returns the name when it may name a topic.
   *
   * @throws IllegalArgumentException when it is blank, has a control character, or is longer than
   *     {@link #MAX_LENGTH}
   */
  public static String check(String topic) {
    if (!valid(topic)) {
      throw new IllegalArgumentException(
          "a topic has 1 to " + MAX_LENGTH + " characters and no control character");
    }
    return topic;
  }

  /** Tells whether the name may name a topic. */
  public static boolean valid(String topic) {
    return !topic.isBlank()
        && topic.length() <= MAX_LENGTH
        && topic.chars().noneMatch(Character::isISOControl);
  }
}

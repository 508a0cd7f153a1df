package dev.rollcall.pubsub;

/** The rules for a topic's name: a named channel such as {@code room:lobby} or {@code orders}. */
public final class Topic {
  /** Long enough for any sensible name, short enough to be kept for every subscription. */
  public static final int MAX_LENGTH = 256;

  private Topic() {}

  /**
   * Returns the name when it may name a topic.
   *
   * @throws IllegalArgumentException when it is blank, has a control character or half of a
   *     surrogate pair, or is longer than {@link #MAX_LENGTH}
   */
  public static String check(String topic) {
    if (!valid(topic)) {
      throw new IllegalArgumentException(
          "a topic has 1 to "
              + MAX_LENGTH
              + " characters, none of which is a control"
              + " character or half of one");
    }
    return topic;
  }

  /** Tells whether the name may name a topic. */
  public static boolean valid(String topic) {
    return !topic.isBlank() && topic.length() <= MAX_LENGTH && isText(topic);
  }

  /** Tells whether no character of it is a control character or half of one. */
  static boolean isText(String text) {
    return text.codePoints().allMatch(Topic::isOfText);
  }

  /** What has no encoding would arrive as something else, and name another topic. */
  private static boolean isOfText(int character) {
    boolean half = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    return !half && !Character.isISOControl(character);
  }
}

package dev.rollcall.chat;

import dev.rollcall.access.Access;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a message says.
 *
 * @param value 1 to 2000 UTF-16 units, not blank
 */
record Text(String value) {
  private static final int MAX_LENGTH = 2_000;

  /** Each costs an announcement of its own. */
  static final int MAX_MENTIONS = 20;

  /**
   * Not within a word, where it is somebody's mail address. A name may have dots and dashes, but
   * what ends a sentence is not part of it. Possessive: a long name is never read as a shorter one.
   */
  private static final Pattern MENTION =
      Pattern.compile("(?<![\\p{L}\\p{N}._@-])@([\\p{L}\\p{N}_]++(?:[.-]++[\\p{L}\\p{N}_]++)*+)");

  Text {
    Rejected.unless(isText(value, MAX_LENGTH), Rejection.INVALID_TEXT);
  }

  /** Returns whom it names, the first 20 of them where there are more. */
  Set<String> mentions() {
    return mentions(value);
  }

  /** As {@link #mentions()}, of a text that may be empty: that of a deleted message. */
  static Set<String> mentions(String text) {
    return MENTION
        .matcher(text)
        .results()
        .map(mention -> mention.group(1))
        .filter(Access::isUser)
        .distinct()
        .limit(MAX_MENTIONS)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** PostgreSQL stores no NUL, and UTF-8 has no halves of surrogate pairs. */
  static boolean isText(String text, int maxLength) {
    return text != null
        && !text.isBlank()
        && text.length() <= maxLength
        && text.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
  }
}

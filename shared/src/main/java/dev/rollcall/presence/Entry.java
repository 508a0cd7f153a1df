package dev.rollcall.presence;

import java.util.Objects;

/**
 * One session's presence on one topic.
 *
 * @param ref names it
 * @param previous the ref whose place it took: by an update, or of a session that came back,
 *     perhaps to another node; null for none
 * @param origin the ref that its session had on another node, when it last came back from one; null
 *     for none. Updates keep it: who hears only of the last is to know whose place the session took
 * @param key who is present, usually a user's id
 * @param meta a JSON object as text: what the session says of itself
 */
public record Entry(Ref ref, Ref previous, Ref origin, String topic, String key, String meta) {
  /**
   * As above.
   *
   * @throws IllegalArgumentException for an origin without a previous ref, or another than that
   *     where that is of another node
   */
  public Entry {
    Objects.requireNonNull(ref);
    Objects.requireNonNull(topic);
    Objects.requireNonNull(key);
    Objects.requireNonNull(meta);
    boolean own = origin != null && origin.node().equals(ref.node());
    if (own || !Objects.equals(origin, originAfter(ref, previous, origin))) {
      throw new IllegalArgumentException("an entry after " + previous + " is not from " + origin);
    }
  }

  /** Returns one whose session has not been on another node, unless the previous ref says so. */
  public Entry(Ref ref, Ref previous, String topic, String key, String meta) {
    this(ref, previous, originAfter(ref, previous, null), topic, key, meta);
  }

  /** Returns the same presence with another previous ref. */
  public Entry after(Ref other) {
    return new Entry(ref, other, originAfter(ref, other, origin), topic, key, meta);
  }

  /** Returns the same presence with another origin. */
  Entry from(Ref other) {
    return new Entry(ref, previous, other, topic, key, meta);
  }

  /** Returns about how many bytes it takes on the wire; more where its texts are not ASCII. */
  public int weight() {
    return 16 + topic.length() + key.length() + meta.length();
  }

  private static Ref originAfter(Ref ref, Ref previous, Ref origin) {
    return previous == null || !previous.node().equals(ref.node()) ? previous : origin;
  }
}

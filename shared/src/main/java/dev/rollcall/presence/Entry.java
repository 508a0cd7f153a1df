package dev.rollcall.presence;

import java.util.Objects;

/**
 * One session's presence on one topic.
 *
 * @param ref names it
 * @param previous the ref whose place it took: by an update, or of a session that came back,
 *     perhaps to another node; null for none
 * @param key who is present, usually a user's id
 * @param meta a JSON object as text: what the session says of itself
 */
public record Entry(Ref ref, Ref previous, String topic, String key, String meta) {
  public Entry {
    Objects.requireNonNull(ref);
    Objects.requireNonNull(topic);
    Objects.requireNonNull(key);
    Objects.requireNonNull(meta);
  }

  /** Returns the same presence with another previous ref. */
  public Entry after(Ref other) {
    return new Entry(ref, other, topic, key, meta);
  }

  /** Returns about how many bytes it takes on the wire. */
  public int weight() {
    return 16 + topic.length() + key.length() + meta.length();
  }
}

package dev.rollcall.presence;

/**
 * One session's presence on one topic.
 *
 * @param ref names it
 * @param previous the ref that it replaced by an update, or null
 * @param key who is present, usually a user's id
 * @param meta a JSON object as text: what the session says of itself
 */
public record Entry(Ref ref, Ref previous, String topic, String key, String meta) {}

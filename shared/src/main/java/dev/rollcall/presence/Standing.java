package dev.rollcall.presence;

/**
 * What a view has of a topic. Two lists are compared by their digests, never at different
 * positions.
 *
 * @param position null before the first state
 * @param digest of the list, see {@link Roster#digest}
 */
public record Standing(Position position, long digest) {
  public static final Standing NONE = new Standing(null, 0);
}

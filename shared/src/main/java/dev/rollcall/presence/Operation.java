package dev.rollcall.presence;

/**
 * One step of a node's clock: a track adds, an untrack removes, an update does both at once.
 *
 * @param clock the node's clock after it
 * @param added what came, or null
 * @param removed what went, or null
 */
public record Operation(long clock, Entry added, Ref removed) {
  public Operation {
    if (added == null && removed == null) {
      throw new IllegalArgumentException("an operation adds, removes, or both");
    }
  }
}

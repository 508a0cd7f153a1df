package dev.rollcall.presence;

/**
 * One step of a node's clock: a track adds, an untrack removes, an update does both at once.
 *
 * @param clock the node's clock after it
 * @param added what came, or null
 * @param removed the clock that named what went, 0 for none
 * @param reason why it went, null where nothing did
 */
public record Operation(long clock, Entry added, long removed, Reason reason) {
  public Operation {
    if (added == null && removed == 0) {
      throw new IllegalArgumentException("an operation adds, removes, or both");
    }
    if ((removed == 0) != (reason == null)) {
      throw new IllegalArgumentException("a removal, and nothing else, has a reason");
    }
  }
}

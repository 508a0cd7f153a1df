package dev.rollcall.node;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What is wrong with this node, and whether it has been for so long that only a new process helps.
 * Each is looked for every second. A look that comes late means that the process stood still, not
 * the rest of the world: all then have their time once more.
 *
 * <p>The limits are long. A restart costs every client of the node a reconnect, and what a network
 * does to all nodes at once must not restart them all; so what heals by itself within them is left
 * to do so.
 */
final class Ailments {
  /** A look that comes so late is none: the process was stopped, or the machine. */
  static final long LATE_MILLIS = 5_000;

  private static final long NEVER = -1;

  /** What can be wrong. */
  enum Ailment {
    /** An event loop does not turn: something on it blocks, or goes round for ever. */
    LOOP_STUCK(10_000),
    /** The cluster manager has ended, though the node has not left. */
    CLUSTER_ENDED(5_000),
    /**
     * The cluster manager does not answer, not even that it can't. Members that are out of reach
     * are off its list in seconds, and what waits for them fails in 10 s.
     */
    CLUSTER_HANGS(120_000),
    /**
     * Not one of the members is reached. Those of the other side of a partition are off the list in
     * seconds, and a single bad wire leaves others: here it is this node's bus.
     */
    CUT_OFF(60_000);

    private final long limitMillis;

    Ailment(long limitMillis) {
      this.limitMillis = limitMillis;
    }

    long limitMillis() {
      return limitMillis;
    }
  }

  private final Map<Ailment, Long> sinceMillis = new EnumMap<>(Ailment.class);
  private long lookedMillis = NEVER;

  /**
   * Takes what one look found.
   *
   * @return what has lasted too long
   */
  Set<Ailment> look(Set<Ailment> found, long nowMillis) {
    if (lookedMillis != NEVER && nowMillis - lookedMillis > LATE_MILLIS) {
      sinceMillis.clear();
    }
    lookedMillis = nowMillis;
    sinceMillis.keySet().retainAll(found);
    found.forEach(ailment -> sinceMillis.putIfAbsent(ailment, nowMillis));
    Set<Ailment> lasting = EnumSet.noneOf(Ailment.class);
    sinceMillis.forEach(
        (ailment, since) -> {
          if (nowMillis - since >= ailment.limitMillis) {
            lasting.add(ailment);
          }
        });
    return lasting;
  }
}

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
 * <p>The limits are long. A restart costs every client of the node a reconnect; so what heals by
 * itself within them is left to do so. And what befalls all nodes at once must not restart them all
 * at once: what the network can do to them has a limit that is another one in each process.
 */
final class Ailments {
  /** A look that comes so late is none: the process was stopped, or the machine. */
  static final long LATE_MILLIS = 5_000;

  private static final long NEVER = -1;

  /** What can be wrong. */
  enum Ailment {
    /** An event loop has not turned for long: something on it blocks, or goes round for ever. */
    LOOP_STUCK(2_000),
    /** The cluster manager has ended, though the node has not left. */
    CLUSTER_ENDED(5_000),
    /**
     * The cluster manager does not answer, not even that it can't. Members that are out of reach
     * are off its list in seconds, and what waits for them fails in 10 s.
     */
    CLUSTER_HANGS(120_000),
    /**
     * Not one of the members is reached any more. Those of the other side of a partition are off
     * the list in seconds, and a single bad wire leaves others: here it is this node's bus, or,
     * where it is all the nodes', the way between them.
     */
    CUT_OFF(60_000, 540_000),
    /**
     * Members that are heard, and whose cluster port takes connections, are on another list, and
     * the two do not become one as they do in seconds. So the smaller one gives way, its oldest
     * member first: the next oldest then asks the other side anew. Of more than two lists several
     * give way, at different times.
     */
    STRANDED(180_000, 180_000);

    private final long limitMillis;
    private final long spreadMillis;

    Ailment(long limitMillis) {
      this(limitMillis, 0);
    }

    Ailment(long limitMillis, long spreadMillis) {
      this.limitMillis = limitMillis;
      this.spreadMillis = spreadMillis;
    }

    /**
     * @param share of the time over which the nodes are spread, from 0 to 1
     */
    long limitMillis(double share) {
      return limitMillis + (long) (spreadMillis * share);
    }
  }

  private final Map<Ailment, Long> sinceMillis = new EnumMap<>(Ailment.class);
  private final double share;
  private long lookedMillis = NEVER;

  /**
   * @param share which part of the time over which nodes are spread is this one's, from 0 to 1
   */
  Ailments(double share) {
    this.share = share;
  }

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
          if (nowMillis - since >= ailment.limitMillis(share)) {
            lasting.add(ailment);
          }
        });
    return lasting;
  }
}

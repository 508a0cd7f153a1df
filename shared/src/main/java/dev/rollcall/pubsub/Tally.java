package dev.rollcall.pubsub;

import java.util.BitSet;

/**
 * Knows what of another node's broadcasts was lost on the way here. That node numbers them 1, 2, 3…
 * and says in its beacon how far it has come. Those of two of its threads may cross, and a beacon
 * may overtake what was said just before it; so what a beacon counts must have been heard by the
 * next one.
 *
 * <pre>
 *  beacon: 7 said        counted from here on
 *  8, 10                 9 may have been overtaken
 *  beacon: 10 said
 *  beacon: 12 said       9 is lost; 11 and 12 may still come
 * </pre>
 *
 * <p>Not safe for concurrent use.
 */
final class Tally {
  /** So far may one run ahead of another; what is still missing then is lost. */
  static final int MAX_AHEAD = 65_536;

  /** Up to here each was heard, or is known to be lost. */
  private long settled;

  /** Those heard beyond: bit 0 is the next after {@code settled}, which is never among them. */
  private BitSet ahead = new BitSet();

  private long saidBefore;

  /** Begins after what a first beacon counts: what was said before it is not ours to miss. */
  Tally(long said) {
    this.settled = said;
    this.saidBefore = said;
  }

  /** Takes the number of a broadcast that is heard; returns how many are lost for it to be here. */
  long heard(long number) {
    if (number <= settled) {
      return 0;
    }
    long lost = number - settled > MAX_AHEAD ? settle(number - MAX_AHEAD) : 0;
    ahead.set((int) (number - settled - 1));
    settleHeard();
    return lost;
  }

  /** Takes a beacon; returns how many broadcasts were lost that the one before it counted. */
  long beacon(long said) {
    long lost = settle(saidBefore);
    saidBefore = Math.max(saidBefore, said);
    return lost;
  }

  private long settle(long upTo) {
    if (upTo <= settled) {
      return 0;
    }
    long all = upTo - settled;
    int within = (int) Math.min(all, ahead.length());
    long lost = all - ahead.get(0, within).cardinality();
    ahead = ahead.get(within, Math.max(within, ahead.length()));
    settled = upTo;
    settleHeard();
    return lost;
  }

  private void settleHeard() {
    int run = ahead.nextClearBit(0);
    if (run > 0) {
      settled += run;
      ahead = ahead.get(run, Math.max(run, ahead.length()));
    }
  }
}

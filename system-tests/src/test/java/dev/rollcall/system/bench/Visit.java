package dev.rollcall.system.bench;

import java.util.Arrays;

/**
 * What one guest must get, and did. From each publisher of its room it must get all that is sent
 * after its register was acknowledged, up to what was sent when it was decided that it leaves; and
 * once it has got a message, even before the acknowledgement, all that follow.
 *
 * <p>For example, a publisher had sent 40 when the acknowledgement came, and 90 at the decision. A
 * guest that got 39 and 41 to 90 missed one message, and so did one that got 42 to 90; one that got
 * 41 to 90 missed none.
 */
final class Visit {
  private static final int NONE = Integer.MAX_VALUE;

  private final Ledger ledger;
  private final int[] lowest;
  private int[] sentBefore = {};
  private int[] sentUntil = {};

  Visit(int publishers) {
    ledger = new Ledger(1, publishers);
    lowest = new int[publishers];
    Arrays.fill(lowest, NONE);
  }

  /** Takes the numbers of the messages that the publishers have sent last, or 0 for none. */
  void acknowledge(int... sent) {
    sentBefore = sent.clone();
  }

  boolean acknowledged() {
    return sentBefore.length > 0;
  }

  /** It is decided that the guest leaves: what is sent after these counts no more. */
  void end(int... sent) {
    sentUntil = sent.clone();
  }

  void take(int publisher, int number) {
    if (sentUntil.length == 0 || number <= sentUntil[publisher]) {
      lowest[publisher] = Math.min(lowest[publisher], number);
      ledger.take(0, publisher, number);
    }
  }

  /** Returns how much is missing; of a visit that was acknowledged and is to end. */
  int missing() {
    int missing = 0;
    for (int i = 0; i < lowest.length; i++) {
      int first = Math.min(lowest[i], sentBefore[i] + 1);
      missing += ledger.lost(0, i, sentUntil[i]) - (first - 1);
    }
    return missing;
  }

  long duplicates() {
    return ledger.duplicates();
  }

  long reordered() {
    return ledger.reordered();
  }
}

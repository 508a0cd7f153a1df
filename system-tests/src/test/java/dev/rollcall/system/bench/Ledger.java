package dev.rollcall.system.bench;

import java.util.Arrays;

/**
 * What each subscriber got of each publisher. Publishers number their messages from 1; a message
 * number 0 is a probe, which may come often and only says that the way is open.
 *
 * <p>For each pair there are the highest number so far and a bit for each of the 64 up to it. What
 * is further behind can't be told from a duplicate, and is taken for one that comes late.
 */
final class Ledger {
  private static final int UNHEARD = -1;

  private final int publishers;
  private final int[] highest;
  private final long[] recent;
  private final int[] received;
  private int silent;
  private long duplicates;
  private long reordered;

  Ledger(int subscribers, int publishers) {
    this.publishers = publishers;
    this.silent = subscribers * publishers;
    this.highest = new int[silent];
    this.recent = new long[silent];
    this.received = new int[silent];
    Arrays.fill(highest, UNHEARD);
  }

  /** Takes a message; returns whether it is one that this subscriber did not have yet. */
  boolean take(int subscriber, int publisher, int number) {
    int pair = subscriber * publishers + publisher;
    if (number == 0) {
      hear(pair);
      return false;
    }
    int ahead = number - Math.max(0, highest[pair]);
    boolean isNew = ahead > 0 ? advance(pair, number, ahead) : fill(pair, -ahead);
    if (isNew) {
      received[pair]++;
    }
    return isNew;
  }

  /** Returns how many pairs have not heard a probe. */
  int silent() {
    return silent;
  }

  /** Returns how many of the messages up to a number a subscriber never got. */
  int lost(int subscriber, int publisher, int sent) {
    return sent - received[subscriber * publishers + publisher];
  }

  long duplicates() {
    return duplicates;
  }

  /** Returns how many messages came after one with a higher number. */
  long reordered() {
    return reordered;
  }

  private void hear(int pair) {
    if (highest[pair] == UNHEARD) {
      highest[pair] = 0;
      silent--;
    }
  }

  private boolean advance(int pair, int number, int ahead) {
    hear(pair);
    recent[pair] = ahead >= Long.SIZE ? 1 : (recent[pair] << ahead) | 1;
    highest[pair] = number;
    return true;
  }

  private boolean fill(int pair, int behind) {
    if (behind >= Long.SIZE) {
      reordered++;
      return true;
    }
    long bit = 1L << behind;
    if ((recent[pair] & bit) != 0) {
      duplicates++;
      return false;
    }
    recent[pair] |= bit;
    reordered++;
    return true;
  }
}

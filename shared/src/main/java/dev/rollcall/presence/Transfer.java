package dev.rollcall.presence;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects the pieces of one frozen list, one after the other: each is asked for when the one
 * before has come, so that whoever is slow sets the pace. What is collected is of use only whole.
 *
 * @param <I> what names the frozen list: a clock, or a position
 * @param <S> who hands it out
 */
public final class Transfer<I, S> {
  /** An answer that takes longer is lost. */
  private static final long AGAIN_MILLIS = 500;

  private static final int MAX_ATTEMPTS = 6;

  private final I id;
  private final S source;
  private final int pieces;
  private final List<Entry> entries = new ArrayList<>();
  private int next;
  private int attempts;
  private long askedMillis;

  public Transfer(I id, S source, int pieces) {
    this.id = id;
    this.source = source;
    this.pieces = pieces;
  }

  public I id() {
    return id;
  }

  public S source() {
    return source;
  }

  /** Returns the index of the piece that is wanted. */
  public int next() {
    return next;
  }

  /** Takes a piece if it is the one that is wanted; returns whether it was. */
  public boolean add(int index, List<Entry> piece, long nowMillis) {
    if (index != next || isWhole()) {
      return false;
    }
    entries.addAll(piece);
    next++;
    attempts = 0;
    askedMillis = nowMillis;
    return true;
  }

  public boolean isWhole() {
    return next == pieces;
  }

  public List<Entry> entries() {
    return entries;
  }

  /** Tells, once in a while, that the wanted piece must be asked for again. */
  public boolean isOverdue(long nowMillis) {
    if (nowMillis - askedMillis < AGAIN_MILLIS) {
      return false;
    }
    askedMillis = nowMillis;
    attempts++;
    return true;
  }

  /** Tells that whoever hands it out does not answer any more. */
  public boolean isHopeless() {
    return attempts > MAX_ATTEMPTS;
  }
}

package dev.rollcall.presence;

import java.util.ArrayList;
import java.util.List;

/**
 * A list that was frozen to be handed out in pieces, so that no message is large however long the
 * list is. Pieces may be asked for in any order and again, until the lease ends.
 */
public final class Pieces {
  /** What one message carries, about: far below what holds up a connection. */
  public static final int PIECE_BYTES = 48 * 1024;

  /** Who stops asking for so long has what it needs, or begins anew. */
  private static final long LEASE_MILLIS = 10_000;

  private final List<List<Entry>> pieces;
  private long untilMillis;

  public Pieces(List<Entry> entries, long nowMillis) {
    pieces = cut(entries);
    untilMillis = nowMillis + LEASE_MILLIS;
  }

  /** Returns how many there are, at least one. */
  public int count() {
    return pieces.size();
  }

  /** Returns one piece and renews the lease. */
  public List<Entry> get(int index, long nowMillis) {
    untilMillis = nowMillis + LEASE_MILLIS;
    return pieces.get(index);
  }

  public boolean isOver(long nowMillis) {
    return nowMillis >= untilMillis;
  }

  private static List<List<Entry>> cut(List<Entry> entries) {
    List<List<Entry>> pieces = new ArrayList<>();
    int start = 0;
    int weight = 0;
    for (int i = 0; i < entries.size(); i++) {
      int more = entries.get(i).weight();
      if (i > start && weight + more > PIECE_BYTES) {
        pieces.add(entries.subList(start, i));
        start = i;
        weight = 0;
      }
      weight += more;
    }
    pieces.add(entries.subList(start, entries.size()));
    return pieces;
  }
}

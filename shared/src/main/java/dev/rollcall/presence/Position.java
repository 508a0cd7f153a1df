package dev.rollcall.presence;

import java.util.Comparator;

/**
 * A point in the stream of a topic's diffs.
 *
 * @param number of the last diff that was published in that epoch
 */
public record Position(Epoch epoch, long number) implements Comparable<Position> {
  private static final Comparator<Position> ORDER =
      Comparator.comparing(Position::epoch).thenComparingLong(Position::number);

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}

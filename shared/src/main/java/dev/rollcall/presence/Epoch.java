package dev.rollcall.presence;

import dev.rollcall.pubsub.NodeId;
import java.util.Comparator;

/**
 * One stretch of one replica's ownership of a topic. Later ones are greater.
 *
 * @param counter above every counter that the replica had seen when it became the owner
 */
public record Epoch(long counter, NodeId replica) implements Comparable<Epoch> {
  private static final Comparator<Epoch> ORDER =
      Comparator.comparingLong(Epoch::counter).thenComparing(Epoch::replica);

  @Override
  public int compareTo(Epoch other) {
    return ORDER.compare(this, other);
  }
}

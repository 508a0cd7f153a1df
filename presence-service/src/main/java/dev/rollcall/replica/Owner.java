package dev.rollcall.replica;

import dev.rollcall.presence.Epoch;
import dev.rollcall.presence.Ownership;
import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The partitions that fall to this replica, each with the epoch in which it owns it. */
final class Owner {
  private final NodeId self;
  private final Map<Integer, Epoch> epochs = new HashMap<>();
  private Set<NodeId> among = Set.of();
  private long highestCounter;

  Owner(NodeId self) {
    this.self = self;
  }

  /** Takes note of the epochs of others: those that begin here from now on are later. */
  void hear(long epochCounter) {
    highestCounter = Math.max(highestCounter, epochCounter);
  }

  /**
   * A view has seen this epoch of the topic: if it is another's and later, a new one begins here.
   */
  void hear(String topic, Epoch seen) {
    hear(seen.counter());
    int partition = Ownership.partition(topic);
    Epoch own = epochs.get(partition);
    if (own != null && seen.compareTo(own) > 0) {
      epochs.put(partition, next());
    }
  }

  long highestCounter() {
    return highestCounter;
  }

  boolean isDividedAmong(Set<NodeId> ready) {
    return among.equals(ready);
  }

  /** Divides the partitions among the replicas that are ready. What stays keeps its epoch. */
  void divideAmong(Set<NodeId> ready) {
    among = Set.copyOf(ready);
    Epoch next = new Epoch(highestCounter + 1, self);
    for (int partition = 0; partition < Ownership.PARTITIONS; partition++) {
      boolean mine = Ownership.owner(partition, ready).filter(self::equals).isPresent();
      if (!mine) {
        epochs.remove(partition);
      } else if (epochs.putIfAbsent(partition, next) == null) {
        hear(next.counter());
      }
    }
  }

  /** Returns the epoch in which this replica owns the topic, if it does. */
  Optional<Epoch> epoch(String topic) {
    return Optional.ofNullable(epochs.get(Ownership.partition(topic)));
  }

  boolean owns(String topic) {
    return epochs.containsKey(Ownership.partition(topic));
  }

  private Epoch next() {
    Epoch next = new Epoch(highestCounter + 1, self);
    hear(next.counter());
    return next;
  }
}

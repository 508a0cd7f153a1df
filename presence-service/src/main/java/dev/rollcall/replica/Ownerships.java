package dev.rollcall.replica;

import dev.rollcall.presence.Epoch;
import dev.rollcall.presence.Ownership;
import dev.rollcall.pubsub.NodeId;
import java.util.Optional;
import java.util.Set;

/** Which partitions this replica owns, and in which epoch. */
final class Ownerships {
  private final NodeId self;
  private final Epoch[] epochs = new Epoch[Ownership.PARTITIONS];
  private long highestCounter;

  Ownerships(NodeId self) {
    this.self = self;
  }

  /** Another replica's epochs go no higher than this: those to come here will. */
  void see(long counter) {
    highestCounter = Math.max(highestCounter, counter);
  }

  long highestCounter() {
    return highestCounter;
  }

  /**
   * Takes the partitions that fall to this replica, each in an epoch of its own; drops the others.
   */
  void divide(Set<NodeId> ready) {
    long counter = highestCounter + 1;
    for (int partition = 0; partition < epochs.length; partition++) {
      boolean mine = Ownership.owner(partition, ready).filter(self::equals).isPresent();
      if (!mine) {
        epochs[partition] = null;
      } else if (epochs[partition] == null) {
        epochs[partition] = new Epoch(counter, self);
        highestCounter = counter;
      }
    }
  }

  /** Returns the epoch in which this replica owns the topic, if it does. */
  Optional<Epoch> epoch(String topic) {
    return Optional.ofNullable(epochs[Ownership.partition(topic)]);
  }
}

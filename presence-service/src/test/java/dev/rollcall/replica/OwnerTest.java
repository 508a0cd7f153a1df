package dev.rollcall.replica;

import static dev.rollcall.replica.Samples.LOBBY;
import static dev.rollcall.replica.Samples.R1;
import static dev.rollcall.replica.Samples.R2;
import static dev.rollcall.replica.Samples.THEIRS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Epoch;
import dev.rollcall.presence.Ownership;
import dev.rollcall.pubsub.NodeId;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OwnerTest {
  private final Owner owner = new Owner(R1);

  @Test
  void nothingIsOwnedBeforeAnybodyIsReady() {
    assertThat(owner.owns(LOBBY)).isFalse();
    assertThat(owner.epoch(LOBBY)).isEmpty();
  }

  @Test
  void anEpochBeginsAboveTheHighestThatWasHeard() {
    owner.hear(7);
    owner.hear(3);
    owner.divideAmong(Set.of(R1));
    assertThat(owner.epoch(LOBBY)).contains(new Epoch(8, R1));
    assertThat(owner.highestCounter()).isEqualTo(8);
  }

  @Test
  void whoeverElseIsReadyTakesTheirShareAndWhatStaysKeepsItsEpoch() {
    owner.divideAmong(Set.of(R1));
    owner.divideAmong(Set.of(R1, R2));
    assertThat(owner.owns(THEIRS)).isFalse();
    assertThat(owner.epoch(LOBBY)).contains(new Epoch(1, R1));
    owner.hear(4);
    owner.divideAmong(Set.of(R1));
    assertThat(owner.epoch(THEIRS)).contains(new Epoch(5, R1));
    assertThat(owner.epoch(LOBBY)).contains(new Epoch(1, R1));
  }

  @Test
  void everyPartitionFallsToExactlyOneReplica() {
    Set<NodeId> ready = Set.of(R1, R2, new NodeId("r3"));
    owner.divideAmong(ready);
    Owner second = new Owner(R2);
    second.divideAmong(ready);
    Owner third = new Owner(new NodeId("r3"));
    third.divideAmong(ready);
    IntStream.range(0, 1_000)
        .mapToObj(i -> "room:" + i)
        .forEach(
            topic -> {
              assertThat(Set.of(owner, second, third))
                  .filteredOn(one -> one.owns(topic))
                  .hasSize(1);
              assertThat(owner.owns(topic))
                  .isEqualTo(
                      Ownership.owner(Ownership.partition(topic), ready).equals(Optional.of(R1)));
            });
  }

  @Test
  void ownershipThatWasGivenUpComesBackInALaterEpoch() {
    owner.divideAmong(Set.of(R1));
    owner.divideAmong(Set.of());
    assertThat(owner.owns(LOBBY)).isFalse();
    owner.divideAmong(Set.of(R1));
    assertThat(owner.epoch(LOBBY)).contains(new Epoch(2, R1));
  }

  @Test
  void aLaterEpochThatAViewHasSeenRaisesTheOwn() {
    owner.divideAmong(Set.of(R1));
    owner.hear(LOBBY, new Epoch(9, R2));
    assertThat(owner.epoch(LOBBY)).contains(new Epoch(10, R1));
  }

  @Test
  void anEqualCounterOfAGreaterReplicaIsLaterToo() {
    owner.divideAmong(Set.of(R1));
    owner.hear(LOBBY, new Epoch(1, R2));
    assertThat(owner.epoch(LOBBY)).contains(new Epoch(2, R1));
  }

  @Test
  void anEpochThatIsNotLaterRaisesNothing() {
    owner.hear(4);
    owner.divideAmong(Set.of(R1));
    owner.hear(LOBBY, new Epoch(5, R1));
    owner.hear(LOBBY, new Epoch(4, R2));
    assertThat(owner.epoch(LOBBY)).contains(new Epoch(5, R1));
  }

  @Test
  void anEpochOfATopicThatIsNotOwnedIsOnlyNoted() {
    owner.divideAmong(Set.of(R1, R2));
    owner.hear(THEIRS, new Epoch(9, R2));
    assertThat(owner.owns(THEIRS)).isFalse();
    assertThat(owner.epoch(LOBBY)).contains(new Epoch(1, R1));
    assertThat(owner.highestCounter()).isEqualTo(9);
  }

  @Test
  void itIsToldAmongWhomItDivided() {
    owner.divideAmong(Set.of(R1, R2));
    assertThat(owner.isDividedAmong(Set.of(R2, R1))).isTrue();
    assertThat(owner.isDividedAmong(Set.of(R1))).isFalse();
  }
}

package dev.rollcall.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TallyTest {
  private static final NodeId NODE = new NodeId("n1");

  private final Tally tally = new Tally(7);
  private final Tallies tallies = new Tallies();

  private long hear(long... numbers) {
    long lost = 0;
    for (long number : numbers) {
      lost += tally.heard(number);
    }
    return lost;
  }

  @Test
  void whatIsHeardInItsOrderIsNotLost() {
    assertThat(hear(8, 9, 10)).isZero();
    assertThat(tally.beacon(10)).isZero();
    assertThat(tally.beacon(10)).isZero();
  }

  @Test
  void whatOnlyCrossedIsNotLost() {
    assertThat(hear(10, 8)).isZero();
    assertThat(tally.beacon(10)).isZero();
    assertThat(hear(9)).isZero();
    assertThat(tally.beacon(10)).isZero();
  }

  @Test
  void whatTheBeaconBeforeCountedIsLostWhenItIsNotThere() {
    assertThat(hear(8, 10)).isZero();
    assertThat(tally.beacon(10)).isZero();
    assertThat(hear(12)).isZero();
    assertThat(tally.beacon(13)).isOne();
    assertThat(tally.beacon(13)).isEqualTo(2);
    assertThat(tally.beacon(13)).isZero();
  }

  @Test
  void whatComesThoughItIsTakenForLostHarmsNothing() {
    tally.beacon(9);
    assertThat(tally.beacon(9)).isEqualTo(2);
    assertThat(hear(8, 9, 10)).isZero();
    assertThat(tally.beacon(10)).isZero();
    assertThat(tally.beacon(10)).isZero();
  }

  @Test
  void whatWasSaidBeforeTheFirstBeaconIsNotMissed() {
    assertThat(hear(3, 7)).isZero();
    assertThat(tally.beacon(7)).isZero();
  }

  @Test
  void aBeaconThatComesLateChangesNothing() {
    hear(8, 9);
    tally.beacon(9);
    assertThat(tally.beacon(8)).isZero();
    assertThat(tally.beacon(9)).isZero();
  }

  @Test
  void whatIsHeldIsBounded() {
    assertThat(hear(8 + Tally.MAX_AHEAD)).isOne();
    assertThat(hear(8 + Tally.MAX_AHEAD + 1_000_000)).isEqualTo(999_999);
  }

  /** Those that come late do so before the next beacon. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void eachThatIsLostIsCountedOnce(long seed) {
    Random random = new Random(seed);
    long said = 7;
    long dropped = 0;
    long counted = 0;
    List<Long> late = new ArrayList<>();
    for (int beat = 0; beat < 200; beat++) {
      List<Long> numbers = new ArrayList<>(late);
      late.clear();
      for (int i = random.nextInt(50); i > 0; i--) {
        said++;
        if (random.nextInt(10) == 0) {
          dropped++;
        } else {
          (random.nextInt(10) == 0 ? late : numbers).add(said);
        }
      }
      Collections.shuffle(numbers, random);
      for (long number : numbers) {
        counted += tally.heard(number);
      }
      counted += tally.beacon(said);
    }
    late.forEach(tally::heard);
    counted += tally.beacon(said);
    assertThat(counted).isEqualTo(dropped).isPositive();
  }

  @Test
  void ofANodeThatIsNewSomethingMayBeLostUnlessItHasSaidNothing() {
    tallies.beacon(NODE, 0);
    assertThat(tallies.take()).isEmpty();
    tallies.beacon(new NodeId("n2"), 3);
    assertThat(tallies.take()).hasValue(0);
    assertThat(tallies.take()).isEmpty();
  }

  @Test
  void ofANodeThatIsGoneSomethingMayBeLost() {
    tallies.beacon(NODE, 0);
    tallies.retain(Set.of(NODE));
    assertThat(tallies.take()).isEmpty();
    tallies.retain(Set.of());
    assertThat(tallies.take()).hasValue(0);
    tallies.heard(NODE, 5);
    assertThat(tallies.take()).isEmpty();
  }

  @Test
  void whatIsLostOfAllNodesIsCounted() {
    for (String name : List.of("n1", "n2")) {
      tallies.beacon(new NodeId(name), 0);
      tallies.heard(new NodeId(name), 2);
      tallies.beacon(new NodeId(name), 2);
      tallies.beacon(new NodeId(name), 2);
    }
    assertThat(tallies.take()).hasValue(2);
    assertThat(tallies.take()).isEmpty();
  }
}

package dev.rollcall.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewTest {
  private static final NodeId N7 = new NodeId("n7");
  private static final NodeId R1 = new NodeId("r1");
  private static final NodeId R2 = new NodeId("r2");
  private static final Epoch FIRST = new Epoch(1, R1);
  private static final Epoch SECOND = new Epoch(2, R2);

  private final View view = new View("room:lobby");

  @Test
  void isBehindUntilTheFirstStateAndThenFoldsWhatWaited() {
    assertThat(view.receive(join(FIRST, 4, 4, 3, 4))).isEmpty();
    assertThat(view.receive(join(FIRST, 3, 3, 3))).isEmpty();
    assertThat(view.isBehind()).isTrue();
    assertThat(state(FIRST, 2, known(2))).isPresent();
    assertThat(view.isBehind()).isFalse();
    assertThat(view.position()).isEqualTo(new Position(FIRST, 4));
    assertThat(listed()).containsExactlyInAnyOrder(3L, 4L);
  }

  @Test
  void aDiffThatIsRepeatedChangesNothing() {
    state(FIRST, 0, known(0));
    assertThat(view.receive(join(FIRST, 1, 1, 1))).isPresent();
    assertThat(view.receive(join(FIRST, 1, 1, 1))).isEmpty();
    assertThat(view.isBehind()).isFalse();
    assertThat(listed()).containsExactly(1L);
  }

  @Test
  void aGapLeavesItBehindAndTheStateTellsTheDifference() {
    state(FIRST, 0, known(1), 1);
    assertThat(view.receive(join(FIRST, 2, 3, 1, 3))).isEmpty();
    assertThat(view.isBehind()).isTrue();
    View.Change change = state(FIRST, 2, known(3), 3).orElseThrow();
    assertThat(change.joins()).extracting(entry -> entry.ref().clock()).containsExactly(3L);
    assertThat(change.leaves())
        .singleElement()
        .extracting(View.Change.Left::reason)
        .isEqualTo(Reason.CLOSED);
    assertThat(view.isBehind()).isFalse();
  }

  @Test
  void aDigestThatDoesNotMatchLeavesItBehind() {
    state(FIRST, 0, known(0));
    view.receive(join(FIRST, 1, 1, 1, 9));
    assertThat(view.isBehind()).isTrue();
    state(FIRST, 1, known(9), 1, 9);
    assertThat(view.isBehind()).isFalse();
    assertThat(listed()).containsExactlyInAnyOrder(1L, 9L);
  }

  @Test
  void oneStreamIsFoldedAndNoOther() {
    state(SECOND, 5, known(1), 1);
    assertThat(view.receive(join(FIRST, 6, 2, 1, 2))).isEmpty();
    assertThat(view.receive(join(new Epoch(3, R1), 6, 2, 1, 2))).isEmpty();
    assertThat(listed()).containsExactly(1L);
    assertThat(view.isBehind()).isFalse();
    assertThat(view.receive(join(SECOND, 6, 3, 1, 3))).isPresent();
  }

  @Test
  void aLaterEpochOfTheSameOwnerEndsTheStream() {
    state(FIRST, 5, known(1), 1);
    view.receive(join(new Epoch(4, R1), 1, 2, 1, 2));
    assertThat(view.isBehind()).isTrue();
  }

  @Test
  void anEarlierStateIsDroppedEvenOfAnotherOwner() {
    state(SECOND, 5, known(1), 1);
    assertThat(state(SECOND, 4, known(0))).isEmpty();
    assertThat(state(FIRST, 9, known(0))).isEmpty();
    assertThat(view.moveTo(new Position(FIRST, 9))).isEmpty();
    assertThat(listed()).containsExactly(1L);
    assertThat(view.position()).isEqualTo(new Position(SECOND, 5));
  }

  @Test
  void aListThatIsRightOnlyMoves() {
    state(FIRST, 5, known(1), 1);
    assertThat(view.isStrangerTo(R2)).isTrue();
    view.receive(join(SECOND, 3, 2, 1, 2));
    assertThat(view.moveTo(new Position(SECOND, 2))).isPresent();
    assertThat(view.isStrangerTo(R2)).isFalse();
    assertThat(listed()).containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void whatTheNewOwnerDoesNotKnowYetStays() {
    state(FIRST, 5, known(5), 5);
    assertThat(state(SECOND, 1, known(4))).isEmpty();
    assertThat(view.isBehind()).isTrue();
    assertThat(listed()).containsExactly(5L);
    assertThat(state(SECOND, 1, known(6))).isPresent();
    assertThat(listed()).isEmpty();
  }

  @Test
  void whoTheNewOwnerDoesNotKnowForLongGoes() {
    state(FIRST, 5, known(5), 5);
    stateAt(1_000, SECOND, 1, Map.of());
    stateAt(6_999, SECOND, 1, Map.of());
    assertThat(listed()).containsExactly(5L);
    stateAt(7_000, SECOND, 1, Map.of());
    assertThat(listed()).isEmpty();
    assertThat(view.isBehind()).isFalse();
  }

  @Test
  void whoIsHiddenByTheNewOwnerGoes() {
    state(FIRST, 5, known(5), 5);
    assertThat(state(SECOND, 1, Map.of(N7, View.HIDDEN))).isPresent();
    assertThat(listed()).isEmpty();
  }

  @Test
  void aStateThatHasTheUpdateTellsThatTheOldOneIsReplaced() {
    state(FIRST, 0, known(1), 1);
    Entry updated = new Entry(new Ref(N7, 2), new Ref(N7, 1), "room:lobby", "k1", "{}");
    View.Change change =
        view.receive(new Position(FIRST, 1), List.of(updated), known(2), 0).orElseThrow();
    assertThat(change.leaves())
        .singleElement()
        .extracting(View.Change.Left::reason)
        .isEqualTo(Reason.REPLACED);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void foldingWhatItTellsGivesItsList(long seed) {
    Random random = new Random(seed);
    Set<Long> owner = new HashSet<>();
    Set<Long> folded = new HashSet<>();
    long clock = 0;
    state(FIRST, 0, known(0));
    for (int number = 1; number <= 300; number++) {
      clock++;
      List<Leave> leaves = new ArrayList<>();
      if (!owner.isEmpty() && random.nextBoolean()) {
        long gone = owner.iterator().next();
        owner.remove(gone);
        leaves.add(new Leave(new Ref(N7, gone), Reason.CLOSED, clock));
        clock++;
      }
      owner.add(clock);
      Diff diff =
          new Diff(
              "room:lobby",
              new Position(FIRST, number),
              digest(owner),
              List.of(entry(clock)),
              leaves);
      if (random.nextInt(10) > 0) {
        fold(folded, view.receive(diff));
      }
      if (view.isBehind() && random.nextBoolean()) {
        fold(folded, view.receive(diff.position(), entries(owner), known(clock), 0));
      }
      assertThat(listed()).isEqualTo(folded);
    }
    fold(folded, view.receive(new Position(FIRST, 300), entries(owner), known(clock), 0));
    assertThat(folded).isEqualTo(owner);
  }

  private static void fold(Set<Long> folded, Optional<View.Change> change) {
    change.ifPresent(
        what -> {
          what.leaves().forEach(left -> folded.remove(left.entry().ref().clock()));
          what.joins().forEach(join -> folded.add(join.ref().clock()));
        });
  }

  private Optional<View.Change> state(
      Epoch epoch, long number, Map<NodeId, Long> known, long... clocks) {
    return stateAt(0, epoch, number, known, clocks);
  }

  private Optional<View.Change> stateAt(
      long nowMillis, Epoch epoch, long number, Map<NodeId, Long> known, long... clocks) {
    return view.receive(new Position(epoch, number), entries(set(clocks)), known, nowMillis);
  }

  /** A diff in which the first clock joins, and after which these are listed. */
  private static Diff join(Epoch epoch, long number, long joins, long... listed) {
    return new Diff(
        "room:lobby",
        new Position(epoch, number),
        digest(set(listed)),
        List.of(entry(joins)),
        List.of());
  }

  private Set<Long> listed() {
    Set<Long> clocks = new HashSet<>();
    view.roster().all().forEach(entry -> clocks.add(entry.ref().clock()));
    return clocks;
  }

  private static Set<Long> set(long... clocks) {
    Set<Long> set = new HashSet<>();
    for (long clock : clocks) {
      set.add(clock);
    }
    return set;
  }

  private static List<Entry> entries(Collection<Long> clocks) {
    return clocks.stream().map(ViewTest::entry).toList();
  }

  private static long digest(Collection<Long> clocks) {
    return clocks.stream().mapToLong(clock -> Roster.digest(new Ref(N7, clock))).sum();
  }

  private static Map<NodeId, Long> known(long clock) {
    return Map.of(N7, clock);
  }

  private static Entry entry(long clock) {
    return new Entry(new Ref(N7, clock), null, "room:lobby", "k" + clock, "{}");
  }
}

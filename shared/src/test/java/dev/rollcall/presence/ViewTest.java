package dev.rollcall.presence;

import static dev.rollcall.presence.Samples.N1;
import static dev.rollcall.presence.Samples.N2;
import static dev.rollcall.presence.Samples.entry;
import static dev.rollcall.presence.Samples.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ViewTest {
  private static final int SEEDS = 300;
  private static final NodeId R1 = new NodeId("r1");
  private static final Epoch OLD = new Epoch(1, R1);
  private static final Epoch NOW = new Epoch(2, new NodeId("r2"));
  private static final Entry ANA = entry(N1, 1, "ana");
  private static final Entry BOB = entry(N1, 2, "bob");
  private static final Entry EVE = entry(N2, 3, "eve");

  private final View view = new View("lobby");

  @Test
  void isBehindUntilTheFirstStateAndThenFoldsWhatWaited() {
    assertThat(view.isBehind()).isTrue();
    assertThat(view.isKnown()).isFalse();
    assertThat(view.standing()).isEqualTo(Standing.NONE);
    assertThat(view.receive(joins(at(NOW, 2), List.of(ANA, BOB), BOB))).isEmpty();
    assertThat(view.receive(joins(at(NOW, 1), List.of(ANA), ANA))).isEmpty();
    assertThat(view.isBehind()).isTrue();
    assertSame(state(at(NOW, 0)), List.of(ANA, BOB));
    assertThat(view.isBehind()).isFalse();
    assertThat(view.isKnown()).isTrue();
    assertList(ANA, BOB);
    assertThat(view.standing()).isEqualTo(new Standing(at(NOW, 2), digest(ANA, BOB)));
  }

  @Test
  void aDiffThatIsRepeatedChangesNothing() {
    state(at(NOW, 0));
    Diff diff = joins(at(NOW, 1), List.of(ANA), ANA);
    assertThat(view.receive(diff)).contains(change(List.of(ANA)));
    assertThat(view.receive(diff)).isEmpty();
    assertThat(view.isBehind()).isFalse();
    assertThat(view.position()).isEqualTo(at(NOW, 1));
  }

  @Test
  void aNewOwnerThatHasNotHeardOfAComebackMakesNoSecondTab() {
    Entry back = entry(N2, 3, "ana").after(ANA.ref());
    state(at(OLD, 1), Map.of(N1, 1L, N2, 2L), 0, ANA);
    view.receive(
        new Diff(
            "lobby",
            at(OLD, 2),
            digest(back),
            List.of(back),
            List.of(new Leave(ANA.ref(), Reason.REPLACED, 0))));
    assertList(back);
    assertThat(state(at(NOW, 1), Map.of(N1, 1L, N2, 2L), 1, ANA)).isEmpty();
    assertList(back);
  }

  @Test
  void aNewOwnerThatIsBehindWithTheOldNodeMakesNoSecondTab() {
    Entry back = entry(N2, 3, "ana").after(ANA.ref());
    state(at(OLD, 1), Map.of(N1, 5L, N2, 0L), 0, ANA);
    assertSame(
        state(at(NOW, 1), Map.of(N1, 4L, N2, 3L), 1, back),
        List.of(back),
        left(ANA, Reason.REPLACED));
    assertList(back);
  }

  @Test
  void whoNamesTheRefOfAnotherKeyReplacesNobody() {
    Entry eve = EVE.after(ANA.ref());
    state(at(NOW, 1), ANA);
    assertSame(state(at(NOW, 3), eve), List.of(eve), left(ANA, Reason.CLOSED));
  }

  @Test
  void whoMovedAndWasUpdatedMeanwhileComesInThePlaceOfWhatWasSeen() {
    Entry updated = new Entry(ref(N2, 4), ref(N2, 3), ANA.ref(), "lobby", "ana", "{}");
    state(at(NOW, 1), ANA);
    assertSame(
        state(at(NOW, 3), updated), List.of(updated.after(ANA.ref())), left(ANA, Reason.REPLACED));
    assertList(updated);
  }

  @Test
  void aDiffTellsWhoWentAndWhy() {
    state(at(NOW, 0), ANA, BOB);
    assertThat(view.receive(leaves(at(NOW, 1), List.of(BOB), ANA, Reason.KICKED)))
        .contains(change(List.of(), left(ANA, Reason.KICKED)));
    assertList(BOB);
  }

  @Test
  void aLeaveOfOneWhoIsNotThereIsNotTold() {
    state(at(NOW, 0), BOB);
    assertThat(view.receive(leaves(at(NOW, 1), List.of(BOB), ANA, Reason.KICKED)))
        .contains(change(List.of()));
  }

  @Test
  void afterAGapItIsBehindAndTheDifferenceThatTheStateMakesIsTold() {
    state(at(NOW, 1), ANA);
    assertThat(view.receive(joins(at(NOW, 3), List.of(BOB, EVE), EVE))).isEmpty();
    assertThat(view.isBehind()).isTrue();
    assertList(ANA);
    assertThat(view.receive(joins(at(NOW, 2), List.of(BOB), BOB))).as("behind").isEmpty();
    assertSame(state(at(NOW, 3), BOB, EVE), List.of(BOB, EVE), left(ANA, Reason.CLOSED));
    assertThat(view.isBehind()).isFalse();
    assertThat(view.position()).isEqualTo(at(NOW, 3));
  }

  @Test
  void whatWaitedIsFoldedAfterTheStateAndToldWithIt() {
    state(at(NOW, 1), ANA);
    view.receive(joins(at(NOW, 3), List.of(ANA, BOB, EVE), EVE));
    view.receive(leaves(at(NOW, 4), List.of(BOB, EVE), ANA, Reason.IDLE));
    assertSame(state(at(NOW, 2), ANA, BOB), List.of(BOB, EVE), left(ANA, Reason.CLOSED));
    assertThat(view.position()).isEqualTo(at(NOW, 4));
    assertThat(view.isBehind()).isFalse();
  }

  @Test
  void aGapInWhatWaitedLeavesItBehind() {
    view.receive(joins(at(NOW, 3), List.of(ANA, EVE), EVE));
    state(at(NOW, 1), ANA);
    assertThat(view.isBehind()).isTrue();
    assertList(ANA);
    state(at(NOW, 2), ANA);
    assertThat(view.isBehind()).isFalse();
    assertList(ANA, EVE);
  }

  @Test
  void aDigestThatDoesNotMatchLeavesItBehind() {
    state(at(NOW, 0), ANA);
    assertThat(view.receive(joins(at(NOW, 1), List.of(BOB), BOB))).isPresent();
    assertThat(view.isBehind()).isTrue();
    assertSame(state(at(NOW, 1), BOB), List.of(), left(ANA, Reason.CLOSED));
    assertThat(view.isBehind()).isFalse();
  }

  @Test
  void aStateThatIsOlderThanTheListIsDropped() {
    state(at(NOW, 3), ANA);
    assertThat(state(at(NOW, 2))).isEmpty();
    assertThat(state(at(OLD, 9))).isEmpty();
    assertList(ANA);
    assertThat(view.position()).isEqualTo(at(NOW, 3));
  }

  @Test
  void aStateTellsWhoWasReplaced() {
    state(at(NOW, 1), ANA);
    Entry again = entry(N1, 5, "ana").after(ANA.ref());
    assertSame(state(at(NOW, 3), again), List.of(again), left(ANA, Reason.REPLACED));
  }

  @Test
  void aStateThatMakesNoDifferenceIsNotTold() {
    state(at(NOW, 1), ANA);
    assertThat(state(at(NOW, 3), ANA)).isEmpty();
    assertThat(view.position()).isEqualTo(at(NOW, 3));
  }

  @Test
  void itMovesToWhereTheListIsTheSame() {
    state(at(OLD, 7), ANA);
    assertThat(view.moveTo(at(OLD, 6))).isEmpty();
    assertThat(view.position()).isEqualTo(at(OLD, 7));
    assertThat(view.moveTo(at(NOW, 2))).isEmpty();
    assertThat(view.position()).isEqualTo(at(NOW, 2));
    assertThat(view.receive(joins(at(NOW, 3), List.of(ANA, BOB), BOB))).isPresent();
  }

  @Test
  void whatWaitedIsFoldedAfterAMove() {
    state(at(OLD, 7), ANA);
    view.receive(joins(at(NOW, 3), List.of(ANA, BOB), BOB));
    assertList(ANA);
    assertSame(view.moveTo(at(NOW, 2)), List.of(BOB));
    assertList(ANA, BOB);
  }

  @Test
  void withoutAListThereIsNothingToMove() {
    assertThat(view.moveTo(at(NOW, 2))).isEmpty();
    assertThat(view.isKnown()).isFalse();
    assertThat(view.isBehind()).isTrue();
  }

  @Test
  void diffsOfOtherEpochsAreNeverFolded() {
    state(at(NOW, 1), ANA);
    assertThat(view.receive(joins(at(OLD, 2), List.of(ANA, BOB), BOB))).isEmpty();
    Epoch later = new Epoch(9, R1);
    assertThat(view.receive(joins(at(later, 2), List.of(ANA, BOB), BOB))).isEmpty();
    assertThat(view.isBehind()).as("another owner is asked when it is held to be one").isFalse();
    assertThat(view.receive(joins(at(NOW, 2), List.of(ANA, EVE), EVE))).isPresent();
    state(at(NOW, 3), ANA, EVE);
    assertList(ANA, EVE);
  }

  @Test
  void aLaterEpochOfTheSameReplicaLeavesItBehind() {
    state(at(OLD, 4), ANA);
    Epoch later = new Epoch(5, R1);
    assertThat(view.receive(joins(at(later, 1), List.of(ANA, BOB), BOB))).isEmpty();
    assertThat(view.isBehind()).isTrue();
    view.moveTo(at(later, 0));
    assertThat(view.isBehind()).isFalse();
    assertList(ANA, BOB);
  }

  @Test
  void aStrangerIsAnyReplicaButTheOneThatIsFolded() {
    assertThat(view.isStrangerTo(R1)).as("before the first state").isFalse();
    state(at(OLD, 1), ANA);
    assertThat(view.isStrangerTo(R1)).isFalse();
    assertThat(view.isStrangerTo(NOW.replica())).isTrue();
  }

  @Test
  void moreThanWorthwhileDoesNotWait() {
    state(at(NOW, 0));
    for (int number = 2; number <= 400; number++) {
      view.receive(joins(at(NOW, number), List.of(ANA), ANA));
    }
    state(at(NOW, 1));
    assertThat(view.isBehind()).as("the first of those are not kept").isTrue();
    state(at(NOW, 400), ANA);
    assertThat(view.isBehind()).isFalse();
  }

  /** The example that the Javadoc gives. */
  @Test
  void whomTheNewOwnerDoesNotKnowYetStays() {
    Entry ana = entry(N1, 5, "ana");
    state(at(OLD, 3), Map.of(N1, 5L), 0, ana);
    assertThat(state(at(NOW, 0), Map.of(N1, 4L), 0)).isEmpty();
    assertList(ana);
    assertThat(view.isBehind()).as("asks again").isTrue();
    assertSame(state(at(NOW, 0), Map.of(N1, 6L), 0), List.of(), left(ana, Reason.CLOSED));
    assertThat(view.isBehind()).isFalse();
  }

  @Test
  void whomNeitherOwnerSaysToKnowStaysToo() {
    state(at(OLD, 3), Map.of(N2, 3L), 0, ANA, EVE);
    assertThat(state(at(NOW, 0), Map.of(N2, 3L), 0, EVE)).isEmpty();
    assertList(ANA, EVE);
    assertThat(view.isBehind()).isTrue();
  }

  @Test
  void whoLeftBeforeTheNewOwnerKnewDoesNotComeBack() {
    state(at(OLD, 3), Map.of(N1, 5L), 0, ANA, EVE);
    view.receive(new Diff("lobby", at(OLD, 4), digest(EVE), List.of(), List.of(leave(ANA, 6))));
    assertThat(state(at(NOW, 0), Map.of(N1, 5L, N2, 3L), 0, ANA, EVE)).isEmpty();
    assertList(EVE);
    assertThat(view.isBehind()).isTrue();
    assertThat(state(at(NOW, 1), Map.of(N1, 6L, N2, 3L), 0, EVE)).isEmpty();
    assertThat(view.isBehind()).isFalse();
  }

  @Test
  void onlyTheNodesOfWhichTheOwnerKnowsLessAreKept() {
    Entry kim = entry(N2, 4, "kim");
    state(at(OLD, 3), Map.of(N1, 2L, N2, 3L), 0, ANA, BOB, EVE);
    assertSame(
        state(at(NOW, 0), Map.of(N1, 1L, N2, 4L), 0, ANA, kim),
        List.of(kim),
        left(EVE, Reason.CLOSED));
    assertList(ANA, BOB, kim);
  }

  @Test
  void whileNodesAreKeptNoDiffIsFoldedAndThenThoseThatWaited() {
    state(at(OLD, 3), Map.of(N1, 2L), 0, ANA, BOB);
    state(at(NOW, 0), Map.of(N1, 1L), 0, ANA);
    assertThat(view.receive(joins(at(NOW, 1), List.of(ANA, BOB), BOB))).isEmpty();
    assertThat(view.receive(joins(at(NOW, 2), List.of(ANA, BOB, EVE), EVE))).isEmpty();
    assertSame(state(at(NOW, 1), Map.of(N1, 2L), 0, ANA, BOB), List.of(EVE));
    assertThat(view.isBehind()).isFalse();
  }

  @Test
  void anOwnerThatDoesNotComeToKnowMoreIsBelievedAfterSixSeconds() {
    state(at(OLD, 3), Map.of(N1, 5L), 0, ANA, BOB);
    assertThat(state(at(NOW, 0), Map.of(N1, 1L), 1_000, ANA)).isEmpty();
    assertThat(state(at(NOW, 0), Map.of(N1, 1L), 6_999, ANA)).isEmpty();
    assertThat(view.isBehind()).isTrue();
    assertSame(state(at(NOW, 0), Map.of(N1, 1L), 7_000, ANA), List.of(), left(BOB, Reason.CLOSED));
    assertThat(view.isBehind()).isFalse();
  }

  @Test
  void theTimeOfKeepingStartsAnewOnceTheOwnerHasCaughtUp() {
    state(at(OLD, 3), Map.of(N1, 5L), 0, ANA);
    state(at(NOW, 0), Map.of(N1, 4L), 1_000);
    state(at(NOW, 0), Map.of(N1, 5L), 2_000, ANA);
    assertThat(state(at(new Epoch(3, R1), 0), Map.of(N1, 4L), 8_000)).isEmpty();
    assertList(ANA);
  }

  @Test
  void eachOwnerIsGivenThatTime() {
    view.receive(at(OLD, 3), List.of(ANA, BOB), Map.of(N1, 5L), 0);
    view.receive(at(NOW, 0), List.of(ANA), Map.of(N1, 1L), 1_000);
    Position third = at(new Epoch(3, R1), 0);
    assertThat(view.receive(third, List.of(ANA), Map.of(N1, 1L), 20_000)).isEmpty();
    assertThat(view.receive(third, List.of(ANA), Map.of(N1, 1L), 25_999)).isEmpty();
    assertThat(view.receive(third, List.of(ANA), Map.of(N1, 1L), 26_000)).isPresent();
  }

  @Test
  void whoLeftByAStateDoesNotComeBackByAnOwnerThatKnowsLess() {
    view.receive(at(OLD, 3), List.of(ANA, EVE), Map.of(N1, 5L, N2, 3L), 0);
    view.receive(at(OLD, 5), List.of(EVE), Map.of(N1, 6L, N2, 3L), 10);
    view.receive(at(NOW, 0), List.of(ANA, EVE), Map.of(N1, 5L, N2, 3L), 20);
    assertList(EVE);
  }

  @Test
  void theEntriesOfAHiddenNodeGo() {
    state(at(OLD, 3), Map.of(N1, 5L, N2, 3L), 0, ANA, EVE);
    assertSame(
        state(at(NOW, 0), Map.of(N1, View.HIDDEN, N2, 3L), 0, EVE),
        List.of(),
        left(ANA, Reason.CLOSED));
    assertThat(view.isBehind()).isFalse();
  }

  @Test
  void aNodeThatIsHiddenOnlyAfterTheStateIsNotKeptForGood() {
    state(at(OLD, 3), Map.of(N1, View.HIDDEN), 0, ANA);
    view.receive(new Diff("lobby", at(OLD, 4), 0, List.of(), List.of(leave(ANA, 0))));
    view.receive(joins(at(OLD, 5), List.of(ANA), ANA));
    assertSame(state(at(NOW, 0), Map.of(N1, 2L), 0), List.of(), left(ANA, Reason.CLOSED));
    assertThat(view.isBehind()).isFalse();
  }

  @Test
  void aNodeThatWentLongAgoKeepsNothing() {
    state(at(OLD, 3), Map.of(N1, 5L, N2, 3L), 0, ANA, EVE);
    view.receive(new Diff("lobby", at(OLD, 4), digest(EVE), List.of(), List.of(leave(ANA, 6))));
    assertSame(state(at(NOW, 0), Map.of(N2, 4L), 0), List.of(), left(EVE, Reason.CLOSED));
    assertThat(view.isBehind()).as("nobody is there who could be kept").isFalse();
  }

  @Test
  void whatAnOwnerBeforeHasToldOfIsNotToldAgain() {
    state(at(OLD, 3), ANA, BOB);
    view.moveTo(at(NOW, 0));
    assertThat(view.receive(joins(at(NOW, 1), List.of(ANA, BOB), BOB))).contains(change(List.of()));
    assertList(ANA, BOB);
  }

  /** What is told folds to the list, and the list ends as the owner's, whatever is lost. */
  @Test
  void changesFoldToTheList() {
    for (int seed = 0; seed < SEEDS; seed++) {
      new Story(seed).run();
    }
  }

  /** One owner after the other, whose diffs are lost, repeated and late. */
  private static final class Story {
    private final int seed;
    private final Random random;
    private final View view = new View("lobby");
    private final Map<Ref, Entry> truth = new TreeMap<>();
    private final Map<Ref, Entry> told = new HashMap<>();
    private final List<Diff> sent = new ArrayList<>();
    private final long[] clocks = new long[2];
    private Position position = at(OLD, 0);

    Story(int seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void run() {
      for (int step = 0; step < 100; step++) {
        if (random.nextInt(25) == 0) {
          Epoch epoch = position.epoch();
          position = at(new Epoch(epoch.counter() + 1, new NodeId("r" + random.nextInt(3))), 0);
        }
        publish();
        deliver();
        if (view.isBehind() ? random.nextInt(4) == 0 : random.nextInt(20) == 0) {
          answer();
        }
      }
      while (view.isBehind() || !view.position().equals(position)) {
        answer();
      }
      assertThat(view.roster().all())
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(truth.values());
    }

    private void publish() {
      List<Entry> joins = new ArrayList<>();
      List<Leave> leaves = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        int node = random.nextInt(2);
        clocks[node]++;
        List<Entry> own =
            truth.values().stream()
                .filter(one -> one.ref().node().equals(node(node)) && !joins.contains(one))
                .toList();
        if (own.isEmpty() || random.nextBoolean()) {
          joins.add(entry(node(node), clocks[node], "k" + random.nextInt(4)));
        } else {
          Ref gone = own.get(random.nextInt(own.size())).ref();
          leaves.add(new Leave(gone, Reason.IDLE, clocks[node]));
          truth.remove(gone);
        }
      }
      joins.forEach(join -> truth.put(join.ref(), join));
      position = at(position.epoch(), position.number() + 1);
      sent.add(new Diff("lobby", position, digest(truth.values()), joins, leaves));
    }

    private void deliver() {
      fold(view.receive(sent.get(sent.size() - 1 - random.nextInt(Math.min(sent.size(), 2)))));
      if (random.nextInt(3) > 0) {
        fold(view.receive(sent.get(sent.size() - 1)));
      }
    }

    /** The owner's answer to where the view stands. */
    private void answer() {
      Map<NodeId, Long> known = Map.of(node(0), clocks[0], node(1), clocks[1]);
      Standing standing = view.standing();
      boolean same = standing.position() != null && standing.digest() == digest(truth.values());
      fold(same ? view.moveTo(position) : view.receive(position, truth.values(), known, 0));
    }

    private void fold(Optional<View.Change> change) {
      change.ifPresent(
          what -> {
            for (View.Change.Left left : what.leaves()) {
              assertThat(told.remove(left.entry().ref())).as("seed %d", seed).isNotNull();
            }
            for (Entry join : what.joins()) {
              assertThat(told.put(join.ref(), join)).as("seed %d", seed).isNull();
            }
          });
      assertThat(view.roster().all())
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(told.values());
      assertThat(view.roster().digest()).as("seed %d", seed).isEqualTo(digest(told.values()));
    }

    private static NodeId node(int number) {
      return number == 0 ? N1 : N2;
    }
  }

  private Optional<View.Change> state(Position at, Entry... entries) {
    return state(at, Map.of(N1, 1_000L, N2, 1_000L), 0, entries);
  }

  private Optional<View.Change> state(
      Position at, Map<NodeId, Long> known, long nowMillis, Entry... entries) {
    return view.receive(at, List.of(entries), known, nowMillis);
  }

  private void assertList(Entry... entries) {
    assertThat(view.roster().all()).containsExactlyInAnyOrder(entries);
  }

  private static void assertSame(
      Optional<View.Change> change, List<Entry> joins, View.Change.Left... leaves) {
    assertThat(change).isPresent();
    assertThat(change.orElseThrow().joins()).containsExactlyInAnyOrderElementsOf(joins);
    assertThat(change.orElseThrow().leaves()).containsExactlyInAnyOrder(leaves);
  }

  private static View.Change change(List<Entry> joins, View.Change.Left... leaves) {
    return new View.Change(joins, List.of(leaves));
  }

  private static View.Change.Left left(Entry entry, Reason reason) {
    return new View.Change.Left(entry, reason);
  }

  private static Leave leave(Entry entry, long clock) {
    return new Leave(entry.ref(), Reason.CLOSED, clock);
  }

  /** A diff after which the list is the one given. */
  private static Diff joins(Position at, List<Entry> after, Entry... joins) {
    return new Diff("lobby", at, digest(after), List.of(joins), List.of());
  }

  private static Diff leaves(Position at, List<Entry> after, Entry left, Reason reason) {
    List<Leave> leaves = List.of(new Leave(left.ref(), reason, 9));
    return new Diff("lobby", at, digest(after), List.of(), leaves);
  }

  private static Position at(Epoch epoch, long number) {
    return new Position(epoch, number);
  }

  private static long digest(Entry... entries) {
    return digest(List.of(entries));
  }

  private static long digest(Collection<Entry> entries) {
    return entries.stream().mapToLong(entry -> Roster.digest(entry.ref())).sum();
  }
}

package dev.rollcall.presence;

import static dev.rollcall.presence.Samples.N1;
import static dev.rollcall.presence.Samples.N2;
import static dev.rollcall.presence.Samples.delta;
import static dev.rollcall.presence.Samples.ref;
import static dev.rollcall.presence.Samples.remove;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Replaced;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrackerTest {
  private static final int LOG_LIMIT = 200;
  private static final int HANDED_LIMIT = 10;

  private final Tracker tracker = new Tracker(N1, "m1", LOG_LIMIT, HANDED_LIMIT);

  @Test
  void trackingAgainKeepsTheRefAndTheMeta() {
    Ref ref = track(1, "ana", "{\"a\":1}");
    assertThat(track(1, "ana", "{\"a\":2}")).isEqualTo(ref).isEqualTo(ref(N1, 1));
    assertThat(tracker.flush()).containsExactly(delta(N1, added(1, "ana", "{\"a\":1}", null)));
    assertThat(tracker.flush()).isEmpty();
  }

  @Test
  void aBurstGoesOutWhateverTheLogHolds() {
    for (int session = 1; session <= 10_000; session++) {
      track(session, "ana" + session);
    }
    List<Delta> sent = tracker.flush();
    assertThat(sent).hasSizeGreaterThan(1);
    assertThat(sent.stream().mapToInt(delta -> delta.operations().size()).sum()).isEqualTo(10_000);
  }

  @Test
  void twoSessionsOfOneKeyAreTwoPresences() {
    assertThat(track(1, "ana")).isNotEqualTo(track(2, "ana"));
    tracker.close(1, Reason.CLOSED);
    assertThat(tracker.size()).isEqualTo(1);
    assertThat(tracker.update(2, "lobby", "ana", "{}")).isPresent();
  }

  @Test
  void aSessionTracksSeveralKeysAndTopics() {
    track(1, "ana");
    track(1, "bob");
    tracker.track(1, "attic", "ana", "{}", null);
    assertThat(tracker.size()).isEqualTo(3);
    tracker.close(1, Reason.CLOSED);
    assertThat(tracker.size()).isZero();
  }

  @Test
  void anUpdateIsOneOperationThatNamesWhatItReplaces() {
    Ref old = track(1, "ana");
    tracker.flush();
    assertThat(tracker.update(1, "lobby", "ana", "{\"a\":2}")).contains(ref(N1, 2));
    assertThat(tracker.flush()).containsExactly(delta(N1, added(2, "ana", "{\"a\":2}", old)));
    assertThat(tracker.update(1, "lobby", "ana", "{\"a\":3}")).contains(ref(N1, 3));
    assertThat(tracker.size()).isEqualTo(1);
    assertThat(track(1, "ana")).as("tracking again").isEqualTo(ref(N1, 3));
  }

  @Test
  void whatIsNotTrackedIsNotUpdated() {
    track(1, "ana");
    tracker.flush();
    assertThat(tracker.update(1, "lobby", "bob", "{}")).isEmpty();
    assertThat(tracker.update(1, "attic", "ana", "{}")).isEmpty();
    assertThat(tracker.update(2, "lobby", "ana", "{}")).isEmpty();
    assertThat(tracker.flush()).isEmpty();
  }

  @Test
  void anUntrackTellsWhy() {
    track(1, "ana");
    track(1, "bob");
    tracker.flush();
    tracker.untrack(1, "lobby", "ana", Reason.KICKED);
    assertThat(tracker.flush()).containsExactly(delta(N1, remove(3, 1, Reason.KICKED)));
    assertThat(track(1, "ana")).as("a new presence").isEqualTo(ref(N1, 4));
  }

  @Test
  void anUntrackLeavesTheSessionItsOtherTopicsAndKeys() {
    track(1, "ana");
    track(1, "bob");
    tracker.track(1, "attic", "ana", "{}", null);
    tracker.flush();
    tracker.untrack(1, "lobby", "ana", Reason.UNTRACKED);
    assertThat(tracker.size()).isEqualTo(2);
    assertThat(tracker.update(1, "attic", "ana", "{}")).isPresent();
    assertThat(tracker.update(1, "lobby", "bob", "{}")).isPresent();
    assertThat(tracker.update(1, "lobby", "ana", "{}")).isEmpty();
  }

  @Test
  void untrackingWhatIsNotTrackedDoesNothing() {
    tracker.untrack(1, "lobby", "ana", Reason.UNTRACKED);
    track(1, "ana");
    tracker.flush();
    tracker.untrack(1, "lobby", "bob", Reason.UNTRACKED);
    tracker.untrack(2, "lobby", "ana", Reason.UNTRACKED);
    tracker.close(3, Reason.CLOSED);
    assertThat(tracker.flush()).isEmpty();
    assertThat(tracker.size()).isEqualTo(1);
  }

  @Test
  void closingEndsEverythingAndTellsWhy() {
    track(1, "ana");
    track(2, "ana");
    track(1, "bob");
    tracker.flush();
    tracker.close(1, Reason.IDLE);
    tracker.close(1, Reason.CLOSED);
    assertThat(tracker.flush())
        .containsExactly(delta(N1, remove(4, 1, Reason.IDLE), remove(5, 3, Reason.IDLE)));
  }

  @Test
  void aKeyHasAHundredMetasAndNoMore() {
    for (int session = 1; session <= 100; session++) {
      track(session, "ana");
    }
    assertThatIllegalStateException().isThrownBy(() -> track(101, "ana"));
    assertThat(tracker.size()).isEqualTo(100);
    assertThat(track(101, "bob")).as("another key").isNotNull();
    assertThat(track(50, "ana")).as("tracked already").isEqualTo(ref(N1, 50));
    assertThat(tracker.update(50, "lobby", "ana", "{}")).as("takes no more room").isPresent();
    tracker.close(7, Reason.CLOSED);
    assertThat(track(101, "ana")).as("room was made").isNotNull();
    assertThatIllegalStateException().isThrownBy(() -> track(102, "ana"));
  }

  @Test
  void whoReturnsNeedsNoRoomOfItsOwn() {
    for (int session = 1; session <= 100; session++) {
      track(session, "ana");
    }
    tracker.cut(1, 5_000);
    assertThatIllegalStateException().isThrownBy(() -> track(101, "ana", ref(N2, 1)));
    assertThat(track(101, "ana", ref(N1, 1))).isEqualTo(ref(N1, 101));
    assertThat(tracker.size()).isEqualTo(100);
  }

  @Test
  void aSessionThatIsCutLingersUntilItsTimeAndThenLeaves() {
    track(1, "ana");
    track(1, "bob");
    track(2, "eve");
    tracker.flush();
    tracker.cut(1, 5_000);
    tracker.tick(4_999);
    assertThat(tracker.flush()).isEmpty();
    tracker.tick(5_000);
    assertThat(tracker.flush())
        .containsExactly(delta(N1, remove(4, 1, Reason.CLOSED), remove(5, 2, Reason.CLOSED)));
    tracker.tick(9_000);
    assertThat(tracker.flush()).as("once").isEmpty();
  }

  @Test
  void cuttingWhatTracksNothingDoesNothing() {
    tracker.cut(1, 5_000);
    track(1, "ana");
    tracker.tick(5_000);
    assertThat(tracker.size()).isEqualTo(1);
  }

  @Test
  void whoLingersMayBeEndedBefore() {
    track(1, "ana");
    tracker.cut(1, 5_000);
    tracker.flush();
    tracker.close(1, Reason.KICKED);
    tracker.tick(5_000);
    assertThat(tracker.flush()).containsExactly(delta(N1, remove(2, 1, Reason.KICKED)));
  }

  @Test
  void whoReturnsTakesThePlaceOfTheOneThatLingersInOneOperation() {
    Ref old = track(1, "ana");
    tracker.flush();
    tracker.cut(1, 5_000);
    assertThat(track(2, "ana", old)).isEqualTo(ref(N1, 2));
    tracker.tick(5_000);
    assertThat(tracker.flush()).containsExactly(delta(N1, added(2, "ana", "{}", old)));
  }

  @Test
  void whoReturnsOnOneTopicLeavesTheOthersLingering() {
    Ref old = track(1, "ana");
    track(1, "bob");
    tracker.cut(1, 5_000);
    track(2, "ana", old);
    tracker.flush();
    tracker.tick(5_000);
    assertThat(tracker.flush()).containsExactly(delta(N1, remove(4, 2, Reason.CLOSED)));
  }

  @Test
  void aRefOfAnotherTopicOrKeyReplacesNothing() {
    Ref old = track(1, "ana");
    tracker.flush();
    tracker.cut(1, 5_000);
    track(2, "bob", old);
    tracker.track(3, "attic", "ana", "{}", old);
    assertThat(tracker.flush())
        .flatExtracting(Delta::operations)
        .allMatch(operation -> operation.removed() == 0 && operation.added().previous() == null);
    tracker.tick(5_000);
    assertThat(tracker.flush()).containsExactly(delta(N1, remove(4, 1, Reason.CLOSED)));
  }

  @Test
  void aRefThatIsNoMoreReplacesNothing() {
    Ref old = track(1, "ana");
    tracker.close(1, Reason.CLOSED);
    tracker.flush();
    track(2, "ana", old);
    assertThat(tracker.flush()).containsExactly(delta(N1, added(3, "ana", "{}", null)));
  }

  @Test
  void aRefOfAnotherNodeIsNamedAsPrevious() {
    track(1, "ana", ref(N2, 7));
    Entry ana = new Entry(ref(N1, 1), ref(N2, 7), "lobby", "ana", "{}");
    assertThat(tracker.flush()).containsExactly(delta(N1, new Operation(1, ana, 0, null)));
  }

  @Test
  void whoCameBackElsewhereIsRemovedAsReplaced() {
    track(1, "ana");
    track(1, "bob");
    tracker.cut(1, 5_000);
    tracker.flush();
    tracker.receive(new Replaced(ref(N1, 1)));
    tracker.receive(new Replaced(ref(N1, 1)));
    tracker.receive(new Replaced(ref(N1, 9)));
    tracker.receive(new Replaced(ref(N2, 2)));
    assertThat(tracker.flush()).containsExactly(delta(N1, remove(3, 1, Reason.REPLACED)));
    tracker.tick(5_000);
    assertThat(tracker.flush()).containsExactly(delta(N1, remove(4, 2, Reason.CLOSED)));
  }

  @Test
  void anUpdateKeepsTheRefThatTheSessionHadElsewhere() {
    track(1, "ana", ref(N2, 7));
    tracker.update(1, "lobby", "ana", "{\"a\":2}");
    tracker.cut(1, 5_000);
    track(2, "ana", ref(N1, 2));
    assertThat(tracker.flush())
        .flatExtracting(Delta::operations)
        .extracting(Operation::added)
        .allMatch(entry -> entry.origin().equals(ref(N2, 7)));
  }

  @Test
  void whatIsTakenFromAnOpenSessionIsTold() {
    Ref first = track(1, "ana");
    track(1, "bob");
    Ref second = track(2, "ana", first);
    assertThat(tracker.taken()).containsExactly(takenFrom(1));
    assertThat(tracker.taken()).isEmpty();
    tracker.receive(new Replaced(second));
    assertThat(tracker.taken()).containsExactly(takenFrom(2));
    assertThat(track(1, "ana")).as("it may track again").isNotEqualTo(second);
    assertThat(tracker.size()).isEqualTo(2);
  }

  @Test
  void whatIsTakenFromASessionThatWasCutIsNotTold() {
    Ref first = track(1, "ana");
    Ref bob = track(2, "bob");
    tracker.cut(1, 5_000);
    tracker.cut(2, 5_000);
    track(3, "ana", first);
    tracker.receive(new Replaced(bob));
    assertThat(tracker.taken()).isEmpty();
  }

  @Test
  void anUpdateDoesNotMakeOneThatIsCutStay() {
    track(1, "ana");
    tracker.cut(1, 5_000);
    tracker.update(1, "lobby", "ana", "{\"a\":2}");
    tracker.tick(5_000);
    assertThat(tracker.size()).isZero();
  }

  @Test
  void severalOperationsAreOneDelta() {
    track(1, "ana");
    track(2, "bob");
    tracker.close(1, Reason.CLOSED);
    assertThat(tracker.flush())
        .singleElement()
        .satisfies(delta -> assertThat(delta.operations()).hasSize(3));
  }

  @Test
  void manyOperationsAreSeveralDeltasOfBoundedSize() {
    String meta = "\"" + "x".repeat(4_000) + "\"";
    for (int session = 1; session <= 100; session++) {
      track(session, "k" + session, meta);
    }
    List<Delta> deltas = tracker.flush();
    assertThat(deltas).hasSizeBetween(9, 12);
    Part copy = new Part(N1, LOG_LIMIT, Part.Changes.NONE);
    for (Delta delta : deltas) {
      int weight = delta.operations().stream().mapToInt(one -> one.added().weight()).sum();
      assertThat(weight).isLessThanOrEqualTo(Pieces.PIECE_BYTES);
      assertThat(copy.apply(delta)).isTrue();
    }
    assertThat(copy.clock()).isEqualTo(100);
  }

  @Test
  void whatOneSessionEndsGoesOutHoweverMuchItIs() {
    int presences = 3 * LOG_LIMIT;
    for (int key = 1; key <= presences; key++) {
      track(1, "k" + key);
      tracker.flush();
    }
    tracker.close(1, Reason.CLOSED);
    List<Operation> sent =
        tracker.flush().stream().flatMap(delta -> delta.operations().stream()).toList();
    assertThat(sent).extracting(Operation::reason).hasSize(presences).containsOnly(Reason.CLOSED);
    assertThat(tracker.answer(new Pull(N2, N1, presences), 0))
        .as("what has gone out is kept no longer than before")
        .singleElement()
        .isInstanceOf(Snapshot.class);
  }

  @Test
  void beatsAdvanceAndCarryTheClockThatWasSent() {
    assertThat(tracker.beat()).isEqualTo(new Beat(N1, "m1", 1, 0));
    track(1, "ana");
    assertThat(tracker.beat()).as("not sent yet").isEqualTo(new Beat(N1, "m1", 2, 0));
    tracker.flush();
    assertThat(tracker.beat()).isEqualTo(new Beat(N1, "m1", 3, 1));
  }

  @Test
  void whoMissedSomethingGetsItFromTheLogOrElseAllEntries() {
    track(1, "ana");
    track(2, "bob");
    assertThat(tracker.answer(new Pull(N2, N1, 1), 0))
        .containsExactly(delta(N1, added(2, "bob", "{}", null)));
    for (int session = 3; session <= LOG_LIMIT + 2; session++) {
      track(session, "k" + session);
    }
    tracker.flush();
    assertThat(tracker.answer(new Pull(N2, N1, 1), 0))
        .singleElement()
        .isInstanceOfSatisfying(
            Snapshot.class,
            snapshot -> {
              assertThat(snapshot.by()).isEqualTo(N1);
              assertThat(snapshot.clock()).isEqualTo(LOG_LIMIT + 2);
              assertThat(snapshot.entries()).hasSize(LOG_LIMIT + 2);
            });
    assertThat(tracker.answer(new PullPiece(N2, N1, LOG_LIMIT + 2, 0), 0)).isPresent();
    tracker.tick(10_000);
    assertThat(tracker.answer(new PullPiece(N2, N1, LOG_LIMIT + 2, 0), 10_000)).isEmpty();
  }

  @Test
  void aGoodbyeIsTheLastOperation() {
    track(1, "ana");
    tracker.flush();
    assertThat(tracker.goodbye(0)).containsExactly(new Goodbye(N1, 2, Map.of()));
    assertThat(tracker.flush()).isEmpty();
    assertThat(tracker.beat().clock()).isEqualTo(2);
    assertThat(tracker.size()).isZero();
  }

  @Test
  void aGoodbyeHandsOverWhoLingersAndForHowLong() {
    track(1, "ana");
    track(1, "bob");
    track(2, "eve");
    track(3, "kim");
    tracker.cut(1, 5_000);
    tracker.cut(2, 1_000);
    assertThat(tracker.goodbye(2_000))
        .containsExactly(new Goodbye(N1, 5, Map.of(1L, 3_000L, 2L, 3_000L)));
    assertThat(tracker.size()).isEqualTo(2);
  }

  @Test
  void aGoodbyeThatHandsOverMuchHasParts() {
    for (int i = 1; i <= 2 * HANDED_LIMIT + 1; i++) {
      track(i, "user" + i);
      tracker.cut(i, 5_000);
    }
    List<Goodbye> parts = tracker.goodbye(1_000);
    assertThat(parts).extracting(Goodbye::index).containsExactly(0, 1, 2);
    assertThat(parts).extracting(Goodbye::parts).containsOnly(3);
    assertThat(parts)
        .extracting(part -> part.lingering().size())
        .containsExactly(HANDED_LIMIT, HANDED_LIMIT, 1);
    assertThat(tracker.answer(new Pull(N2, N1, 2L * HANDED_LIMIT + 1), 2_000))
        .isEqualTo(parts.stream().map(part -> part.after(1_000)).toList());
  }

  @Test
  void whoMissedOnlyTheGoodbyeIsToldIt() {
    track(1, "ana");
    tracker.cut(1, 5_000);
    tracker.flush();
    List<Goodbye> goodbye = tracker.goodbye(0);
    assertThat(tracker.answer(new Pull(N2, N1, 1), 0)).isEqualTo(goodbye);
    assertThat(tracker.answer(new Pull(N2, N1, 2), 0)).isEqualTo(goodbye);
  }

  @Test
  void whoMissedTheGoodbyeForLongIsToldWhatIsLeftOfTheTime() {
    track(1, "ana");
    tracker.cut(1, 5_000);
    tracker.goodbye(0);
    assertThat(tracker.answer(new Pull(N2, N1, 1), 2_000))
        .containsExactly(new Goodbye(N1, 2, Map.of(1L, 3_000L)));
    assertThat(tracker.answer(new Pull(N2, N1, 1), 6_000))
        .containsExactly(new Goodbye(N1, 2, Map.of(1L, 0L)));
  }

  @Test
  void whoMissedMoreThanTheGoodbyeGetsWhatLingersFirst() {
    track(1, "ana");
    track(2, "bob");
    tracker.cut(1, 5_000);
    tracker.goodbye(0);
    Entry ana = new Entry(ref(N1, 1), null, "lobby", "ana", "{}");
    assertThat(tracker.answer(new Pull(N2, N1, 0), 0))
        .containsExactly(new Snapshot(N1, N1, 3, 0, 1, List.of(ana)));
  }

  @Test
  void refsAreNeverUsedTwice() {
    Set<Ref> refs = new HashSet<>();
    List<Ref> all = new ArrayList<>();
    for (int session = 1; session <= 20; session++) {
      all.add(track(session, "ana"));
      tracker.update(session, "lobby", "ana", "{}").ifPresent(all::add);
      tracker.close(session, Reason.CLOSED);
    }
    refs.addAll(all);
    assertThat(refs).hasSize(40);
  }

  private static Tracker.Taken takenFrom(long session) {
    return new Tracker.Taken(session, new Tracker.Place("lobby", "ana"));
  }

  private Ref track(long session, String key) {
    return track(session, key, "{}");
  }

  private Ref track(long session, String key, String meta) {
    return tracker.track(session, "lobby", key, meta, null);
  }

  private Ref track(long session, String key, Ref returning) {
    return tracker.track(session, "lobby", key, "{}", returning);
  }

  private static Operation added(long clock, String key, String meta, Ref replaced) {
    Entry entry = new Entry(ref(N1, clock), replaced, "lobby", key, meta);
    return replaced == null
        ? new Operation(clock, entry, 0, null)
        : new Operation(clock, entry, replaced.clock(), Reason.REPLACED);
  }
}

package dev.rollcall.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Replaced;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.pubsub.NodeId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrackerTest {
  private static final NodeId NODE = new NodeId("n1");
  private static final NodeId ASKER = new NodeId("r1");
  private static final String LOBBY = "room:lobby";

  private final Tracker tracker = new Tracker(NODE, "m1", 3);

  @Test
  void trackingTwiceKeepsTheRefAndTheMeta() {
    Ref ref = track(1, "ana");
    assertThat(tracker.track(1, LOBBY, "ana", "{\"a\":2}", null)).isEqualTo(ref);
    assertThat(sent()).containsExactly(add(1, null));
    assertThat(tracker.flush()).isEmpty();
  }

  @Test
  void twoSessionsOfOneKeyAreTwoPresences() {
    Ref ref = track(1, "ana");
    assertThat(track(2, "ana")).isNotEqualTo(ref);
    tracker.close(1, Reason.IDLE);
    assertThat(tracker.size()).isEqualTo(1);
    assertThat(sent()).last().isEqualTo(new Operation(3, null, 1, Reason.IDLE));
  }

  @Test
  void anUpdateIsOneOperationThatNamesWhatItReplaces() {
    Ref old = track(1, "ana");
    sent();
    assertThat(tracker.update(1, LOBBY, "ana", "{}")).contains(ref(2));
    assertThat(sent()).containsExactly(new Operation(2, entry(2, old), 1, Reason.REPLACED));
    assertThat(tracker.update(1, LOBBY, "bob", "{}")).isEmpty();
  }

  @Test
  void untrackingWhatIsNotTrackedDoesNothing() {
    tracker.untrack(1, LOBBY, "ana", Reason.UNTRACKED);
    track(1, "ana");
    tracker.untrack(1, LOBBY, "bob", Reason.UNTRACKED);
    tracker.untrack(2, LOBBY, "ana", Reason.UNTRACKED);
    tracker.close(3, Reason.CLOSED);
    assertThat(tracker.size()).isEqualTo(1);
    tracker.untrack(1, LOBBY, "ana", Reason.UNTRACKED);
    assertThat(tracker.size()).isZero();
  }

  @Test
  void aKeyHasABoundedNumberOfMetas() {
    for (int session = 0; session < Tracker.MAX_METAS_A_KEY; session++) {
      track(session, "ana");
    }
    assertThatThrownBy(() -> track(1_000, "ana")).isInstanceOf(IllegalStateException.class);
    track(1_000, "bob");
    tracker.close(0, Reason.CLOSED);
    track(1_000, "ana");
    assertThat(tracker.size()).isEqualTo(Tracker.MAX_METAS_A_KEY + 1);
  }

  @Test
  void whoIsCutLingersAndThenLeaves() {
    track(1, "ana");
    tracker.cut(1, 5_000);
    tracker.tick(4_999);
    assertThat(tracker.size()).isEqualTo(1);
    tracker.tick(5_000);
    assertThat(tracker.size()).isZero();
    assertThat(sent()).last().isEqualTo(new Operation(2, null, 1, Reason.CLOSED));
  }

  @Test
  void whoComesBackHereReplacesWhatLingers() {
    Ref old = track(1, "ana");
    tracker.cut(1, 5_000);
    sent();
    Ref back = tracker.track(2, LOBBY, "ana", "{}", old);
    assertThat(sent()).containsExactly(new Operation(2, entry(2, old), 1, Reason.REPLACED));
    tracker.tick(6_000);
    assertThat(tracker.size()).isEqualTo(1);
    assertThat(back).isEqualTo(ref(2));
  }

  @Test
  void aRefOfAnotherKeyOrTopicReplacesNothing() {
    Ref ana = track(1, "ana");
    tracker.track(2, LOBBY, "bob", "{}", ana);
    tracker.track(3, "room:other", "ana", "{}", ana);
    assertThat(tracker.size()).isEqualTo(3);
    assertThat(sent()).extracting(Operation::removed).containsOnly(0L);
    assertThat(sent()).isEmpty();
  }

  @Test
  void whoComesFromAnotherNodeNamesWhatItReplaces() {
    Ref elsewhere = new Ref(new NodeId("n2"), 7);
    tracker.track(1, LOBBY, "ana", "{}", elsewhere);
    assertThat(sent()).containsExactly(add(1, elsewhere));
  }

  @Test
  void whoCameBackElsewhereIsRemovedHere() {
    Ref ref = track(1, "ana");
    tracker.receive(new Replaced(ref));
    tracker.receive(new Replaced(ref));
    tracker.receive(new Replaced(new Ref(new NodeId("n2"), 1)));
    assertThat(sent()).last().isEqualTo(new Operation(2, null, 1, Reason.REPLACED));
    assertThat(track(1, "ana")).isEqualTo(ref(3));
  }

  @Test
  void whoMissedSomethingGetsItFromTheLogOrElseAllEntries() {
    for (int session = 1; session <= 4; session++) {
      track(session, "ana");
    }
    assertThat(tracker.answer(new Pull(ASKER, NODE, 1), 0))
        .singleElement()
        .isInstanceOfSatisfying(Delta.class, delta -> assertThat(delta.to()).isEqualTo(4));
    assertThat(tracker.answer(new Pull(ASKER, NODE, 0), 0))
        .singleElement()
        .isInstanceOfSatisfying(
            Snapshot.class, snapshot -> assertThat(snapshot.entries()).hasSize(4));
    assertThat(tracker.answer(new Pull(ASKER, NODE, 4), 0)).isEmpty();
  }

  @Test
  void whatTheLogLostIsNotSentButTheBeatTellsOfIt() {
    for (int session = 1; session <= 4; session++) {
      track(session, "ana");
    }
    assertThat(tracker.beat()).isEqualTo(new Beat(NODE, "m1", 1, 0));
    assertThat(tracker.flush()).isEmpty();
    assertThat(tracker.beat()).isEqualTo(new Beat(NODE, "m1", 2, 4));
  }

  @Test
  void aFlushIsCutToBoundedMessages() {
    Tracker large = new Tracker(NODE, "m1", 1_000);
    String meta = "{\"text\":\"" + "x".repeat(4_000) + "\"}";
    for (int session = 0; session < 50; session++) {
      large.track(session, LOBBY, "user" + session, meta, null);
    }
    List<Delta> deltas = large.flush();
    assertThat(deltas).hasSizeBetween(4, 6);
    assertThat(deltas)
        .allSatisfy(
            delta ->
                assertThat(PresenceCodec.encode(delta).length())
                    .isLessThan(Pieces.PIECE_BYTES + 8_192));
    assertThat(deltas.get(deltas.size() - 1).to()).isEqualTo(50);
  }

  @Test
  void aGoodbyeIsTheLastOperationAndHandsOverWhatLingers() {
    Ref ana = track(1, "ana");
    track(2, "bob");
    Ref tia = track(3, "tia");
    tracker.cut(1, 5_000);
    tracker.cut(3, 900);
    sent();
    assertThat(tracker.goodbye(1_000)).isEqualTo(new Goodbye(NODE, 4, Map.of(1L, 4_000L)));
    assertThat(tracker.size()).isEqualTo(1);
    assertThat(tracker.answer(new Pull(ASKER, NODE, 2), 1_000))
        .singleElement()
        .isInstanceOfSatisfying(
            Snapshot.class,
            snapshot -> {
              assertThat(snapshot.clock()).isEqualTo(4);
              assertThat(snapshot.entries()).extracting(Entry::ref).containsExactly(ana);
            });
    assertThat(tracker.answer(new Pull(ASKER, NODE, 4), 1_000))
        .singleElement()
        .isInstanceOf(Goodbye.class);
    assertThat(tia).isEqualTo(ref(3));
  }

  private Ref track(long session, String key) {
    return tracker.track(session, LOBBY, key, "{}", null);
  }

  private List<Operation> sent() {
    return tracker.flush().stream().flatMap(delta -> delta.operations().stream()).toList();
  }

  private static Operation add(long clock, Ref previous) {
    return new Operation(clock, entry(clock, previous), 0, null);
  }

  private static Entry entry(long clock, Ref previous) {
    return new Entry(ref(clock), previous, LOBBY, "ana", "{}");
  }

  private static Ref ref(long clock) {
    return new Ref(NODE, clock);
  }
}

package dev.rollcall.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.pubsub.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrackerTest {
  private static final NodeId NODE = new NodeId("n1");

  private final Tracker tracker = new Tracker(NODE, "m1", 3);

  @Test
  void trackingTwiceKeepsTheRefAndTheMeta() {
    Ref ref = tracker.track(1, "lobby", "ana", "{\"a\":1}");
    assertThat(tracker.track(1, "lobby", "ana", "{\"a\":2}")).isEqualTo(ref);
    assertThat(tracker.flush()).contains(new Delta(NODE, 0, List.of(add(1, null, "{\"a\":1}"))));
    assertThat(tracker.flush()).isEmpty();
  }

  @Test
  void twoSessionsOfOneKeyAreTwoPresences() {
    Ref ref = tracker.track(1, "lobby", "ana", "{}");
    assertThat(tracker.track(2, "lobby", "ana", "{}")).isNotEqualTo(ref);
    tracker.close(1);
    assertThat(tracker.size()).isEqualTo(1);
  }

  @Test
  void anUpdateIsOneOperationThatNamesWhatItReplaces() {
    Ref old = tracker.track(1, "lobby", "ana", "{}");
    tracker.flush();
    assertThat(tracker.update(1, "lobby", "ana", "{\"a\":2}")).contains(new Ref(NODE, 2));
    assertThat(tracker.flush()).contains(new Delta(NODE, 1, List.of(add(2, old, "{\"a\":2}"))));
    assertThat(tracker.update(1, "lobby", "bob", "{}")).isEmpty();
  }

  @Test
  void untrackingWhatIsNotTrackedDoesNothing() {
    tracker.untrack(1, "lobby", "ana");
    tracker.track(1, "lobby", "ana", "{}");
    tracker.untrack(1, "lobby", "bob");
    tracker.untrack(2, "lobby", "ana");
    tracker.close(3);
    assertThat(tracker.size()).isEqualTo(1);
  }

  @Test
  void whoMissedSomethingGetsItFromTheLogOrElseAllEntries() {
    for (int session = 1; session <= 4; session++) {
      tracker.track(session, "lobby", "ana", "{}");
    }
    assertThat(tracker.answer(new Pull(NODE, 1)))
        .isInstanceOfSatisfying(Delta.class, delta -> assertThat(delta.to()).isEqualTo(4));
    assertThat(tracker.answer(new Pull(NODE, 0)))
        .isInstanceOfSatisfying(
            Snapshot.class,
            snapshot -> {
              assertThat(snapshot.clock()).isEqualTo(4);
              assertThat(snapshot.entries()).hasSize(4);
            });
  }

  @Test
  void aDeltaForWhichTheLogIsTooShortBeginsWhereTheLogDoes() {
    for (int session = 1; session <= 5; session++) {
      tracker.track(session, "lobby", "ana", "{}");
    }
    assertThat(tracker.flush()).map(Delta::from).contains(2L);
  }

  @Test
  void beatsAdvanceAndCarryTheClock() {
    assertThat(tracker.beat()).isEqualTo(new Beat(NODE, "m1", 1, 0));
    tracker.track(1, "lobby", "ana", "{}");
    assertThat(tracker.beat()).isEqualTo(new Beat(NODE, "m1", 2, 1));
  }

  @Test
  void aGoodbyeIsTheLastOperation() {
    tracker.track(1, "lobby", "ana", "{}");
    assertThat(tracker.goodbye()).isEqualTo(new Goodbye(NODE, 2));
    assertThat(tracker.flush()).isEmpty();
    assertThat(tracker.size()).isZero();
  }

  private static Operation add(long clock, Ref previous, String meta) {
    Entry entry = new Entry(new Ref(NODE, clock), previous, "lobby", "ana", meta);
    return new Operation(clock, entry, previous);
  }
}

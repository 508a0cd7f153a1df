package dev.rollcall.replica;

import static dev.rollcall.replica.Driver.digest;
import static dev.rollcall.replica.Samples.LOBBY;
import static dev.rollcall.replica.Samples.N1;
import static dev.rollcall.replica.Samples.N2;
import static dev.rollcall.replica.Samples.R1;
import static dev.rollcall.replica.Samples.R2;
import static dev.rollcall.replica.Samples.THEIRS;
import static dev.rollcall.replica.Samples.add;
import static dev.rollcall.replica.Samples.ana;
import static dev.rollcall.replica.Samples.entry;
import static dev.rollcall.replica.Samples.ref;
import static dev.rollcall.replica.Samples.remove;
import static dev.rollcall.replica.Samples.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Leave;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Replaced;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.Reason;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.replica.RecordingOutbox.Sent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sessions that were cut on one node and came back on another. */
class ComebackTest {
  private static final NodeId N3 = new NodeId("n3");

  /** Ana's, who came from n1 and has been updated on n2 since. */
  private static final Entry UPDATED =
      new Entry(ref(N2, 2), ref(N2, 1), ref(N1, 1), LOBBY, "ana", "{}");

  private final Driver driver = new Driver();
  private final RecordingOutbox outbox = driver.outbox;

  @Test
  void theOldNodeIsToldOfASessionThatCameBackElsewhereWhicheverIsHeardFirst() {
    anaComesBack();
    driver.pass(2_250, R1, R2, N1, N2);
    assertThat(outbox.sent(Replaced.class))
        .containsExactly(new Sent("n1", new Replaced(ref(N1, 1))));
    outbox.clear();
    driver.operate(N2, add(ana(N2, 2).after(ref(N1, 2))));
    driver.pass(2_250, R1, R2, N1, N2);
    assertThat(outbox.sent(Replaced.class)).isEmpty();
    driver.operate(N1, add(ana(N1, 2)));
    driver.pass(2_250, R1, R2, N1, N2);
    assertThat(outbox.sent(Replaced.class))
        .containsExactly(new Sent("n1", new Replaced(ref(N1, 2))));
    assertThat(driver.lobby()).extracting(Entry::ref).containsExactly(ref(N2, 1), ref(N2, 2));
  }

  @Test
  void theOldNodeIsNotToldBeforeADigestCanHaveToldTheOtherReplicas() {
    anaComesBack();
    driver.pass(2_000, R1, R2, N1, N2);
    assertThat(outbox.sent(Replaced.class)).isEmpty();
    driver.pass(4_000, R1, R2, N1, N2);
    assertThat(outbox.sent(Replaced.class)).as("once").hasSize(1);
  }

  @Test
  void whoStoodStillTellsTheOldNodeNoSooner() {
    for (String topic : List.of(LOBBY, THEIRS)) {
      Driver frozen = new Driver();
      frozen.becomeReady();
      frozen.operate(N1, add(entry(N1, 1, topic, "ana")));
      frozen.operate(N2, add(entry(N2, 1, topic, "ana").after(ref(N1, 1))));
      frozen.pass(250, R1, R2, N1, N2);
      frozen.freeze(6_000);
      frozen.pass(2_000, R1, R2, N1, N2);
      assertThat(frozen.outbox.sent(Replaced.class)).isEmpty();
      frozen.pass(18_500, R1, R2, N1, N2);
      assertThat(frozen.outbox.sent(Replaced.class)).isNotEmpty();
    }
  }

  @Test
  void theOldNodeIsToldAgainUntilItsEntryIsGone() {
    anaComesBack();
    driver.pass(8_000, R1, R2, N1, N2);
    assertThat(outbox.sent(Replaced.class)).hasSize(2);
    driver.operate(N1, remove(2, 1));
    driver.pass(20_000, R1, R2, N1, N2);
    assertThat(outbox.sent(Replaced.class)).hasSize(2);
  }

  @Test
  void noNodeIsToldThatAnotherKeysRefIsReplaced() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)));
    driver.operate(N2, add(entry(N2, 1, LOBBY, "eve").after(ref(N1, 1))));
    driver.pass(2_250, R1, R2, N1, N2);
    assertThat(driver.lobby()).hasSize(2);
    assertThat(outbox.sent(Replaced.class)).isEmpty();
  }

  @Test
  void aNodeThatWasCutOffShowsNothingThatCameBackElsewhere() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)));
    driver.pass(4_000, R1, R2, N2);
    driver.operate(N2, add(ana(N2, 1).after(ref(N1, 1))));
    assertThat(driver.lobby()).hasSize(1);
    driver.beatOf(N1);
    assertThat(driver.lobby()).extracting(Entry::ref).containsExactly(ref(N2, 1));
    driver.pass(2_250, R1, R2, N1, N2);
    assertThat(outbox.sent(Replaced.class)).extracting(Sent::to).containsOnly("n1");
  }

  @Test
  void whoHearsOnlyOfALaterUpdateKnowsWhosePlaceTheSessionTook() {
    Driver late = new Driver();
    for (Driver each : List.of(driver, late)) {
      each.trackAna();
      each.follow(N2, LOBBY);
      each.outbox.clear();
    }
    driver.operate(N2, add(ana(N2, 1).after(ref(N1, 1))), update(UPDATED));
    late.receive(new Snapshot(N2, N2, 2, 0, 1, List.of(UPDATED)));
    for (Driver each : List.of(driver, late)) {
      assertThat(each.lobby()).extracting(Entry::ref).containsExactly(ref(N2, 2));
      Diff diff = each.outbox.last(Diff.class);
      assertThat(diff.joins()).extracting(Entry::previous).containsExactly(ref(N1, 1));
      assertThat(diff.leaves()).containsExactly(new Leave(ref(N1, 1), Reason.REPLACED, 0));
      each.pass(2_250, R1, R2, N1, N2);
      assertThat(each.outbox.messages(Replaced.class)).containsExactly(new Replaced(ref(N1, 1)));
    }
    assertThat(late.replica.digests()).isEqualTo(driver.replica.digests());
  }

  @Test
  void whatWasLeftBehindStaysHiddenThroughUpdatesThatAreAllThatIsHeard() {
    driver.becomeReady();
    driver.receive(new Snapshot(N2, N2, 2, 0, 1, List.of(UPDATED)));
    driver.operate(N1, add(ana(N1, 1)));
    assertThat(driver.lobby()).containsExactly(UPDATED);
  }

  @Test
  void theFirstOfTwoNodesThatASessionLeftIsToldByWhoKnowsOfIt() {
    driver.becomeReady();
    driver.operate(N1, add(entry(N1, 1, THEIRS, "ana")));
    driver.operate(N2, add(entry(N2, 1, THEIRS, "ana").after(ref(N1, 1))));
    for (int second = 0; second < 20; second++) {
      driver.receive(digest(true, 1));
      driver.pass(1_000, R1, R2, N1, N2);
    }
    assertThat(outbox.sent(Replaced.class)).as("the owner's is to be heeded first").isEmpty();
    driver.pass(1_000, R1, R2, N1, N2);
    assertThat(outbox.sent(Replaced.class)).extracting(Sent::to).containsExactly("n1");
  }

  @Test
  void anUpdateThatIsHeardBeforeTheOriginsEndIsNoMoreThanOneHeardAfter() {
    driver.trackAna();
    driver.follow(N2, LOBBY);
    driver.operate(N1, remove(2, 1));
    driver.receive(new Snapshot(N2, N2, 2, 0, 1, List.of(UPDATED)));
    driver.flush();
    Diff diff = outbox.last(Diff.class);
    assertThat(diff.joins()).extracting(Entry::previous).containsExactly(ref(N1, 1));
    assertThat(diff.leaves()).containsExactly(new Leave(ref(N1, 1), Reason.REPLACED, 2));
  }

  @Test
  void ofTwoMovesThatAreHeardInTheWrongOrderNoneIsSeenTwice() {
    driver.trackAna();
    driver.pass(250, R1, R2, N1, N2, N3);
    driver.follow(N2, LOBBY);
    driver.operate(N3, add(ana(N3, 1).after(ref(N2, 1))));
    driver.flush();
    driver.operate(N2, add(ana(N2, 1).after(ref(N1, 1))));
    driver.flush();
    Diff diff = outbox.last(Diff.class);
    assertThat(diff.joins()).isEmpty();
    assertThat(diff.leaves())
        .as("no join is in its place")
        .containsExactly(new Leave(ref(N1, 1), Reason.CLOSED, 0));
    assertThat(driver.lobby()).extracting(Entry::ref).containsExactly(ref(N3, 1));
  }

  @Test
  void updatesOfOneThatCameBackLeaveNothingToRemember() {
    driver.trackAna();
    driver.operate(N2, add(ana(N2, 1).after(ref(N1, 1))), update(UPDATED));
    driver.operate(N1, remove(2, 1));
    driver.operate(N2, update(new Entry(ref(N2, 3), ref(N2, 2), ref(N1, 1), LOBBY, "ana", "{}")));
    driver.tick();
    assertThat(driver.lobby()).extracting(Entry::ref).containsExactly(ref(N2, 3));
    assertThat(driver.replica.counts().unfinished()).isZero();
  }

  @Test
  void aNodeThatIsDownIsToldWhenItIsBack() {
    anaComesBack();
    driver.pass(1_000, R1, R2, N1, N2);
    driver.pass(30_000, R1, R2, N2);
    assertThat(outbox.sent(Replaced.class)).as("before it was down").hasSize(1);
    driver.pass(5_000, R1, R2, N1, N2);
    assertThat(outbox.sent(Replaced.class)).hasSize(2);
  }

  @Test
  void aNodeThatSaidGoodbyeIsToldNothing() {
    driver.trackAna();
    driver.receive(new Goodbye(N1, 2, Map.of(1L, 10_000L)));
    driver.operate(N2, add(ana(N2, 1).after(ref(N1, 1))));
    driver.pass(9_000, R1, R2, N2);
    assertThat(outbox.sent(Replaced.class)).isEmpty();
    driver.pass(1_250, R1, R2, N2);
    assertThat(driver.replica.counts().unfinished()).as("when it has lingered").isZero();
  }

  @Test
  void aNodeIsToldOnceOfOneRef() {
    driver.becomeReady();
    driver.pass(250, R1, R2, N1, N2, N3);
    driver.operate(N2, add(ana(N2, 1)), update(ana(N2, 2).after(ref(N2, 1))));
    driver.flush();
    driver.operate(N3, add(ana(N3, 1).after(ref(N2, 2))));
    driver.pass(1_000, R1, R2, N1, N2, N3);
    driver.pass(5_000, R1, R2, N1, N3);
    outbox.clear();
    driver.pass(5_000, R1, R2, N1, N2, N3);
    assertThat(outbox.messages(Replaced.class)).containsExactly(new Replaced(ref(N2, 2)));
  }

  @Test
  void aSessionThatMovesOnLeavesNothingBehind() {
    anaComesBack();
    driver.pass(250, R1, R2, N1, N2, N3);
    driver.operate(N3, add(ana(N3, 1).after(ref(N2, 1))));
    driver.pass(2_250, R1, R2, N1, N2, N3);
    assertThat(driver.lobby()).extracting(Entry::ref).containsExactly(ref(N3, 1));
    assertThat(outbox.messages(Replaced.class))
        .extracting(Replaced::ref)
        .containsExactlyInAnyOrder(ref(N1, 1), ref(N2, 1));
  }

  /** She was on n1, and is on n2. */
  private void anaComesBack() {
    driver.trackAna();
    driver.operate(N2, add(ana(N2, 1).after(ref(N1, 1))));
  }
}

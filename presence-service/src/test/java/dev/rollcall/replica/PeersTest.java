package dev.rollcall.replica;

import static dev.rollcall.replica.Driver.beat;
import static dev.rollcall.replica.Driver.departed;
import static dev.rollcall.replica.Driver.digest;
import static dev.rollcall.replica.Samples.LOBBY;
import static dev.rollcall.replica.Samples.N1;
import static dev.rollcall.replica.Samples.N2;
import static dev.rollcall.replica.Samples.R1;
import static dev.rollcall.replica.Samples.R2;
import static dev.rollcall.replica.Samples.add;
import static dev.rollcall.replica.Samples.ana;
import static dev.rollcall.replica.Samples.entry;
import static dev.rollcall.replica.Samples.ref;
import static dev.rollcall.replica.Samples.remove;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Leave;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Standing;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.replica.RecordingOutbox.Sent;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is up, down or gone, as a replica judges. */
class PeersTest {
  private final Driver driver = new Driver();
  private final RecordingOutbox outbox = driver.outbox;

  @Test
  void aSilentNodeIsHiddenAndItsNextBeatAloneShowsItAgain() {
    driver.trackAna();
    driver.follow(N2, LOBBY);
    driver.pass(3_750, R1, R2, N2);
    assertThat(driver.lobby()).hasSize(1);
    driver.pass(250, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
    assertThat(driver.replica.counts()).isEqualTo(new Replica.Counts(0, 0, 3, 1, 1, 0));
    driver.beatOf(N1);
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
    assertThat(outbox.sent(Pull.class)).isEmpty();
    List<Diff> diffs = outbox.messages(Diff.class);
    assertThat(diffs).hasSize(2);
    assertThat(diffs.get(0).leaves()).containsExactly(new Leave(ref(N1, 1), Reason.NODE_DOWN, 0));
    assertThat(diffs.get(1).joins()).containsExactly(ana(N1, 1));
  }

  @Test
  void whoIsOnTwoNodesStaysForAsLongAsOneHasThem() {
    driver.trackAna();
    driver.operate(N2, add(ana(N2, 1)), add(entry(N2, 2, LOBBY, "bob")));
    driver.operate(N1, remove(2, 1));
    assertThat(driver.lobby()).extracting(Entry::key).containsExactly("ana", "bob");
    driver.operate(N1, add(ana(N1, 3)));
    driver.pass(4_000, R1, R2, N1);
    assertThat(driver.lobby()).containsExactly(ana(N1, 3));
    driver.pass(4_000, R1, R2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void aNodeThatStartsAnewIsAnotherAndWhoWasOnTheOldOneGoesWithThat() {
    driver.trackAna();
    driver.operate(N1, add(entry(N1, 2, LOBBY, "bob")));
    NodeId fresh = new NodeId("n3");
    driver.receive(beat(fresh, 1, 0));
    driver.operate(fresh, add(ana(fresh, 1)));
    assertThat(driver.lobby()).hasSize(3);
    driver.pass(4_000, R1, R2, N2, fresh);
    assertThat(driver.lobby()).containsExactly(ana(fresh, 1));
    driver.pass(600_000, R1, R2, N2, fresh);
    driver.operate(N1, add(entry(N1, 3, LOBBY, "eve")));
    assertThat(driver.lobby()).containsExactly(ana(fresh, 1));
    assertThat(driver.replica.counts().nodesDown()).isZero();
  }

  @Test
  void aBeatThatDoesNotAdvanceIsNoLife() {
    driver.trackAna();
    long old = driver.beats();
    driver.pass(3_750, R1, R2, N2);
    driver.receive(beat(N1, old, 1));
    driver.pass(250, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
    driver.receive(beat(N1, old, 1));
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void whatANodeDidWhileItWasHiddenIsShownWithIt() {
    driver.trackAna();
    driver.pass(4_000, R1, R2, N2);
    driver.operate(N1, add(ana(N1, 2)));
    assertThat(driver.lobby()).isEmpty();
    driver.beatOf(N1);
    assertThat(driver.lobby()).containsExactly(ana(N1, 1), ana(N1, 2));
  }

  @Test
  void whoLeftWhileTheNodeWasHiddenIsNotSeenToComeBackWithIt() {
    driver.trackAna();
    driver.operate(N1, add(entry(N1, 2, LOBBY, "bob")));
    driver.follow(N2, LOBBY);
    driver.pass(4_000, R1, R2, N2);
    outbox.clear();
    driver.receive(beat(N1, driver.beats() + 1, 3));
    assertThat(driver.lobby()).isEmpty();
    assertThat(driver.ask(N2, LOBBY, Standing.NONE).clocks()).containsKey(N2).doesNotContainKey(N1);
    assertThat(outbox.messages(Pull.class)).containsExactly(new Pull(R1, N1, 2));
    driver.operate(N1, remove(3, 1));
    assertThat(driver.lobby()).extracting(Entry::key).containsExactly("bob");
    assertThat(outbox.messages(Diff.class)).hasSize(1);
  }

  @Test
  void aNodeThatIsHeardAgainButDoesNotAnswerIsShownWithWhatIsKnown() {
    driver.trackAna();
    driver.pass(4_000, R1, R2, N2);
    driver.receive(beat(N1, driver.beats() + 1, 2));
    driver.pass(1_750, R1, R2, N1, N2);
    assertThat(driver.lobby()).isEmpty();
    driver.pass(250, R1, R2, N1, N2);
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
  }

  @Test
  void aBeatThatAnotherReplicaRelaysIsLife() {
    driver.trackAna();
    for (int i = 0; i < 10; i++) {
      driver.pass(3_000, R1, R2, N2);
      driver.receive(digest(N1, 1, driver.beats()));
    }
    assertThat(driver.lobby()).hasSize(1);
    long last = driver.beats();
    driver.pass(3_000, R1, R2, N2);
    driver.receive(digest(N1, 1, last));
    driver.pass(1_000, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void aMemberThatLeftIsHiddenAfterTwoRelayedBeatsMissed() {
    driver.trackAna();
    driver.replica.members(Set.of("m-r1", "m-r2", "m-n2"));
    driver.pass(2_250, R1, R2, N2);
    assertThat(driver.lobby()).hasSize(1);
    driver.pass(250, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void aBeatAfterAMemberLeftCancelsThat() {
    driver.trackAna();
    driver.replica.members(Set.of("m-r1", "m-r2", "m-n2"));
    driver.pass(1_250, R1, R2, N2);
    driver.receive(digest(N1, 1, driver.beats()));
    driver.pass(3_750, R1, R2, N2);
    assertThat(driver.lobby()).hasSize(1);
    driver.pass(250, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void aMemberThatLeftIsNotHiddenWhileItsBeatsComeTwoSecondsApart() {
    driver.trackAna();
    driver.replica.members(Set.of("m-r1", "m-r2", "m-n2"));
    driver.pass(250, R1, R2, N2);
    driver.beatOf(N1);
    for (int i = 0; i < 10; i++) {
      driver.pass(2_000, R1, R2, N2);
      assertThat(driver.lobby()).hasSize(1);
      driver.beatOf(N1);
    }
  }

  @Test
  void aNodeThatIsHeardBeforeTheMembershipNamesItHasAllItsTime() {
    driver.replica.members(Set.of("m-r1", "m-r2", "m-n2"));
    driver.tick();
    driver.beatOf(R1, R2, N1, N2);
    driver.operate(N1, add(ana(N1, 1)));
    driver.pass(3_750, R1, R2, N2);
    assertThat(driver.lobby()).hasSize(1);
  }

  @Test
  void anUnknownMembershipIsNoWordThatAnybodyLeft() {
    driver.trackAna();
    driver.replica.members(Set.of());
    driver.pass(3_750, R1, R2, N2);
    assertThat(driver.replica.counts().nodesDown()).isZero();
  }

  @Test
  void aReplicaThatIsAheadIsAskedTwice() {
    driver.trackAna();
    driver.receive(digest(N1, 3, driver.beats()));
    driver.pass(2_500, R1, R2, N2);
    Sent question = new Sent("replica r2", new Pull(R1, N1, 1));
    assertThat(outbox.sent(Pull.class)).filteredOn(question::equals).hasSize(2);
  }

  @Test
  void whatIsMissingBeforeADeltaIsAskedForUntilItComes() {
    driver.trackAna();
    driver.receive(new Delta(N1, 2, List.of(add(entry(N1, 3, LOBBY, "eve")))));
    assertThat(outbox.sent(Pull.class)).hasSize(1);
    driver.pass(1_000, R1, R2, N2);
    assertThat(outbox.sent(Pull.class))
        .hasSize(3)
        .containsOnly(new Sent("n1", new Pull(R1, N1, 1)));
    driver.operate(N1, add(entry(N1, 2, LOBBY, "bob")), add(entry(N1, 3, LOBBY, "eve")));
    driver.pass(1_000, R1, R2, N2);
    assertThat(outbox.sent(Pull.class)).hasSize(3);
  }

  @Test
  void aNodeThatIsDownForTenMinutesIsForgotten() {
    driver.trackAna();
    driver.pass(4_000, R1, R2, N2);
    driver.pass(599_750, R1, R2, N2);
    driver.receive(new Pull(R2, N1, 0));
    assertThat(outbox.sent(Delta.class)).hasSize(1);
    driver.pass(250, R1, R2, N2);
    driver.receive(new Pull(R2, N1, 0));
    assertThat(outbox.sent(Delta.class)).hasSize(1);
    assertThat(outbox.sent(Goodbye.class)).isEmpty();
    assertThat(driver.replica.counts().nodesDown()).isZero();
    assertThat(driver.word().departed()).isEmpty();
  }

  @Test
  void aNodeThatWasOnlyHeardToHaveGoneIsForgottenAfterAMinute() {
    driver.becomeReady();
    driver.receive(departed(new NodeId("n3"), 5));
    driver.pass(59_000, R1, R2, N1, N2);
    assertThat(driver.replica.counts().unfinished()).isOne();
    assertThat(driver.replica.counts().nodesDown()).isZero();
    driver.pass(2_000, R1, R2, N1, N2);
    assertThat(driver.replica.counts().unfinished()).isZero();
  }

  @Test
  void aForgottenNodeIsTaughtAgainOnlyByANewerBeat() {
    driver.trackAna();
    long last = driver.beats();
    driver.pass(604_000, R1, R2, N2);
    driver.receive(digest(N1, 1, last));
    driver.receive(beat(N1, last, 1));
    assertThat(driver.word().nodes()).doesNotContainKey(N1);
    driver.receive(digest(N1, 1, last + 1));
    assertThat(driver.word().nodes()).containsKey(N1);
    driver.operate(N1, add(ana(N1, 1)));
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
  }

  @Test
  void aForgottenNodeComesBackWithWhatItHasByThen() {
    driver.trackAna();
    driver.pass(604_000, R1, R2, N2);
    driver.receive(beat(N1, driver.beats() + 1, 3));
    assertThat(driver.lobby()).isEmpty();
    assertThat(outbox.messages(Pull.class)).containsExactly(new Pull(R1, N1, 0));
    driver.receive(new Snapshot(N1, N1, 3, 0, 1, List.of(entry(N1, 2, LOBBY, "bob"))));
    assertThat(driver.lobby()).extracting(Entry::key).containsExactly("bob");
  }

  @Test
  void ofANodeThatIsDownNothingIsForgottenWhileTheReplicaItselfWasAway() {
    driver.trackAna();
    driver.freeze(700_000);
    driver.tick();
    driver.pass(500, R1, R2, N1, N2);
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
  }
}

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
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Leave;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.Reason;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.replica.RecordingOutbox.Sent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A node that says goodbye, and what lingers of it, as a replica takes it. */
class GoodbyeTest {
  private final Driver driver = new Driver();
  private final RecordingOutbox outbox = driver.outbox;

  @Test
  void aGoodbyeRemovesAndNothingLateBringsTheNodeBack() {
    driver.trackAna();
    driver.receive(new Goodbye(N1, 2, Map.of()));
    assertThat(driver.lobby()).isEmpty();
    outbox.clear();
    driver.beatOf(N1);
    driver.operate(N1, add(ana(N1, 1)));
    driver.receive(new Snapshot(N1, N1, 9, 0, 1, List.of(ana(N1, 9))));
    driver.receive(digest(N1, 9, 1_000_000));
    driver.receive(departed(N1, 2));
    driver.receive(new Goodbye(N1, 2, Map.of(1L, 5_000L)));
    driver.pass(70_000, R1, R2, N2);
    driver.receive(digest(N1, 9, 2_000_000));
    assertThat(driver.lobby()).isEmpty();
    assertThat(driver.word().nodes()).doesNotContainKey(N1);
    assertThat(outbox.sent(Pull.class)).isEmpty();
  }

  @Test
  void aGoodbyeIsToldForAMinute() {
    driver.trackAna();
    driver.receive(new Goodbye(N1, 2, Map.of()));
    assertThat(driver.word().departed()).isEqualTo(Map.of(N1, 2L));
    driver.pass(50_000, R1, R2, N2);
    assertThat(driver.word().departed()).isEqualTo(Map.of(N1, 2L));
    driver.pass(10_000, R1, R2, N2);
    assertThat(driver.word().departed()).isEmpty();
  }

  @Test
  void whoAsksForANodeThatIsGoneGetsItsGoodbye() {
    driver.trackAna();
    driver.receive(new Goodbye(N1, 2, Map.of()));
    driver.receive(new Pull(R2, N1, 1));
    assertThat(outbox.sent(Goodbye.class))
        .containsExactly(new Sent("replica r2", new Goodbye(N1, 2, Map.of())));
  }

  @Test
  void aGoodbyeOfANodeThatWasNeverHeardIsRemembered() {
    driver.becomeReady();
    NodeId unknown = new NodeId("n9");
    driver.receive(new Goodbye(unknown, 5, Map.of()));
    driver.receive(beat(unknown, 7, 5));
    assertThat(driver.word().nodes()).doesNotContainKey(unknown);
    assertThat(driver.word().departed()).containsEntry(unknown, 5L);
  }

  @Test
  void whatLingersStaysUntilItsDeadline() {
    driver.trackAna();
    driver.operate(N1, add(ana(N1, 2)), add(ana(N1, 3)));
    driver.receive(new Goodbye(N1, 4, Map.of(1L, 3_000L, 2L, 6_000L)));
    assertThat(driver.lobby()).containsExactly(ana(N1, 1), ana(N1, 2));
    driver.pass(2_750, R1, R2, N2);
    assertThat(driver.lobby()).containsExactly(ana(N1, 1), ana(N1, 2));
    driver.pass(250, R1, R2, N2);
    assertThat(driver.lobby()).containsExactly(ana(N1, 2));
    driver.pass(2_750, R1, R2, N2);
    assertThat(driver.lobby()).hasSize(1);
    driver.pass(250, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
    driver.beatOf(N1);
    assertThat(driver.lobby()).isEmpty();
    assertThat(driver.word().nodes()).doesNotContainKey(N1);
  }

  @Test
  void aRepeatedGoodbyeDoesNotPutTheDeadlineOff() {
    driver.trackAna();
    driver.receive(new Goodbye(N1, 2, Map.of(1L, 3_000L)));
    driver.pass(2_000, R1, R2, N2);
    driver.receive(new Goodbye(N1, 2, Map.of(1L, 3_000L)));
    driver.pass(1_000, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void whatLingersIsNoSilentNode() {
    driver.trackAna();
    driver.receive(new Goodbye(N1, 2, Map.of(1L, 20_000L)));
    driver.replica.members(Set.of("m-r1", "m-r2", "m-n2"));
    driver.pass(19_750, R1, R2, N2);
    assertThat(driver.lobby()).hasSize(1);
    driver.pass(250, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void whatLingersIsReplacedBySessionsThatComeBackElsewhere() {
    driver.trackAna();
    driver.follow(N2, LOBBY);
    driver.receive(new Goodbye(N1, 2, Map.of(1L, 20_000L)));
    driver.flush();
    Entry returned = ana(N2, 1).after(ref(N1, 1));
    driver.operate(N2, add(returned));
    driver.flush();
    List<Diff> diffs = outbox.messages(Diff.class);
    assertThat(diffs).hasSize(1);
    assertThat(diffs.get(0).joins()).containsExactly(returned);
    assertThat(diffs.get(0).leaves()).containsExactly(new Leave(ref(N1, 1), Reason.REPLACED, 0));
    driver.pass(20_000, R1, R2, N2);
    assertThat(driver.lobby()).containsExactly(returned);
    assertThat(outbox.messages(Diff.class)).hasSize(1);
  }

  @Test
  void aGoodbyeOfANodeThatIsDownShowsWhatLingers() {
    driver.trackAna();
    driver.pass(4_000, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
    driver.receive(new Goodbye(N1, 2, Map.of(1L, 5_000L)));
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
  }

  @Test
  void lingeringEntriesThatAreMissingArePulledBeforeTheGoodbyeIsTaken() {
    driver.trackAna();
    driver.receive(new Goodbye(N1, 4, Map.of(2L, 5_000L)));
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
    assertThat(outbox.sent(Pull.class)).containsExactly(new Sent("n1", new Pull(R1, N1, 1)));
    driver.receive(new Snapshot(N1, N1, 4, 0, 1, List.of(ana(N1, 2))));
    assertThat(driver.lobby()).containsExactly(ana(N1, 2));
    driver.pass(5_000, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void aGoodbyeThatOvertookADeltaIsTakenWhenThatComes() {
    driver.trackAna();
    driver.receive(new Goodbye(N1, 4, Map.of(2L, 5_000L)));
    driver.operate(N1, add(ana(N1, 2)), add(ana(N1, 3)));
    assertThat(driver.lobby()).containsExactly(ana(N1, 2));
    driver.pass(4_750, R1, R2, N2);
    assertThat(driver.lobby()).containsExactly(ana(N1, 2));
    driver.pass(250, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void aReplicaThatMissedAGoodbyeLearnsItAndKeepsWhatLingers() {
    driver.trackAna();
    driver.operate(N1, add(ana(N1, 2)));
    learnsFrom(goodbyeElsewhere());
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
    driver.pass(3_750, R1, R2, N2);
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
    driver.pass(250, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void aReplicaThatMissedTheEntryTooPullsItFirst() {
    driver.becomeReady();
    learnsFrom(goodbyeElsewhere());
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
    driver.beatOf(N1);
    driver.pass(4_000, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void aReplicaThatStartedAfterAGoodbyeLearnsWhatLingers() {
    driver.replica.members(Set.of("m-r1", "m-r2", "m-n2"));
    driver.tick();
    driver.beatOf(R1, R2, N2);
    learnsFrom(goodbyeElsewhere());
    driver.tick();
    assertThat(driver.replica.isReady()).isTrue();
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
    driver.pass(4_000, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
    assertThat(driver.word().departed()).containsEntry(N1, 3L);
  }

  @Test
  void aGoodbyeThatIsHeardBeforeAnyBeatIsLearntWithWhatLingers() {
    driver.replica.members(Set.of("m-r1", "m-r2", "m-n2"));
    driver.tick();
    driver.beatOf(R1, R2, N2);
    driver.tick();
    driver.receive(new Goodbye(N1, 3, Map.of(1L, 5_000L)));
    assertThat(outbox.sent(Pull.class)).containsExactly(new Sent("n1", new Pull(R1, N1, 0)));
    driver.pass(250, R1, R2, N2);
    driver.receive(new Snapshot(N1, N1, 3, 0, 1, List.of(ana(N1, 1))));
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
  }

  @Test
  void aGoodbyeThatOnlyAnotherReplicaHasHeardIsAskedForAtOnceAndSoonAgain() {
    driver.trackAna();
    driver.receive(departed(N1, 2));
    assertThat(outbox.sent(Pull.class)).hasSize(1);
    driver.pass(750, R1, R2, N2);
    assertThat(outbox.sent(Pull.class)).hasSize(2);
    assertThat(outbox.last(Pull.class)).isEqualTo(new Pull(R1, N1, 1));
  }

  @Test
  void aGoodbyeIsNotHeldUpByASnapshotThatNobodyGoesOnWith() {
    driver.becomeReady();
    driver.receive(beat(N1, driver.beats() + 1, 9));
    driver.receive(new Snapshot(N1, N1, 9, 0, 3, List.of(ana(N1, 1))));
    outbox.clear();
    driver.receive(new Goodbye(N1, 10, Map.of(2L, 60_000L)));
    driver.pass(500, R1, R2, N2);
    assertThat(outbox.sent(Pull.class)).containsOnly(new Sent("n1", new Pull(R1, N1, 0)));
    driver.receive(departed(N1, 10));
    assertThat(outbox.sent(Pull.class)).contains(new Sent("replica r2", new Pull(R1, N1, 0)));
    driver.replica.members(Set.of("m-r1", "m-r2", "m-n2"));
    driver.pass(3_000, R1, R2, N2);
    assertThat(driver.follow(N2, LOBBY).clocks()).as("it may linger").doesNotContainKey(N1);
  }

  @Test
  void aGoodbyeInPartsCountsWhenAllHaveCome() {
    driver.trackAna();
    driver.operate(N1, add(ana(N1, 2)));
    driver.operate(N1, add(ana(N1, 3)));
    Goodbye first = new Goodbye(N1, 4, Map.of(1L, 3_000L), 0, 2);
    driver.receive(new Goodbye(N1, 4, Map.of(2L, 6_000L), 1, 2));
    assertThat(outbox.last(Pull.class)).isEqualTo(new Pull(R1, N1, 3));
    driver.pass(1_000, R1, R2, N2);
    assertThat(driver.lobby()).hasSize(3);
    driver.receive(first);
    driver.receive(first);
    assertThat(driver.lobby()).containsExactly(ana(N1, 1), ana(N1, 2));
    driver.pass(3_000, R1, R2, N2);
    assertThat(driver.lobby()).containsExactly(ana(N1, 2));
    driver.pass(2_000, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void anotherReplicaIsToldAGoodbyeInTheSameParts() {
    driver.trackAna();
    driver.operate(N1, add(ana(N1, 2)));
    driver.receive(new Goodbye(N1, 3, Map.of(1L, 3_000L), 0, 2));
    driver.pass(500, R1, R2, N2);
    driver.receive(new Goodbye(N1, 3, Map.of(2L, 6_000L), 1, 2));
    driver.receive(new Pull(R2, N1, 3));
    assertThat(outbox.messages(Goodbye.class))
        .containsExactly(
            new Goodbye(N1, 3, Map.of(1L, 2_500L), 0, 2),
            new Goodbye(N1, 3, Map.of(2L, 6_000L), 1, 2));
  }

  @Test
  void whatWasHeardOfAGoodbyeIsHandedOn() {
    driver.trackAna();
    Goodbye part = new Goodbye(N1, 3, Map.of(1L, 9_000L), 0, 2);
    driver.receive(part);
    driver.receive(new Pull(R2, N1, 1));
    assertThat(outbox.messages(Goodbye.class)).containsExactly(part);
    assertThat(driver.word().departed()).isEqualTo(Map.of(N1, 3L));
  }

  @Test
  void aGoodbyeOfWhichAPartIsMissingIsNoSilenceYet() {
    driver.trackAna();
    driver.pass(1_000, R1, R2, N2);
    driver.replica.members(Set.of("m-r1", "m-r2", "m-n2"));
    driver.receive(new Goodbye(N1, 3, Map.of(1L, 9_000L), 0, 2));
    driver.pass(2_000, R1, R2, N2);
    driver.receive(new Goodbye(N1, 3, Map.of(), 1, 2));
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
    assertThat(outbox.messages(Diff.class)).flatExtracting(Diff::leaves).isEmpty();
  }

  @Test
  void aNodeWhoseTimeIsOverElsewhereIsNotWaitedFor() {
    driver.trackAna();
    driver.receive(new Goodbye(N1, 4, Map.of(1L, 3_000L), 1, 2));
    assertThat(driver.lobby()).hasSize(1);
    driver.receive(new Goodbye(N1, 4, Map.of()));
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void whatLingersIsCountedFromTheGoodbyeNotFromWhatWasMissingForIt() {
    driver.becomeReady();
    driver.receive(new Goodbye(N1, 4, Map.of(2L, 5_000L)));
    driver.pass(4_500, R1, R2, N2);
    driver.receive(new Snapshot(N1, R2, 4, 0, 1, List.of(ana(N1, 2))));
    assertThat(driver.lobby()).containsExactly(ana(N1, 2));
    driver.pass(750, R1, R2, N2);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void ofANodeThatIsGoneForGoodAFreshReplicaLearnsOnlyThat() {
    driver.becomeReady();
    NodeId unknown = new NodeId("n9");
    driver.receive(departed(unknown, 3));
    assertThat(outbox.sent(Pull.class))
        .containsExactly(new Sent("replica r2", new Pull(R1, unknown, 0)));
    driver.receive(new Goodbye(unknown, 3, Map.of()));
    driver.receive(beat(unknown, 7, 3));
    assertThat(driver.word().nodes()).doesNotContainKey(unknown);
    assertThat(driver.word().departed()).containsEntry(unknown, 3L);
  }

  @Test
  void aNodeOfWhichSomethingLingersIsNotDown() {
    driver.trackAna();
    driver.receive(new Goodbye(N1, 2, Map.of(1L, 30_000L)));
    assertThat(driver.lobby()).hasSize(1);
    assertThat(driver.replica.counts().nodesDown()).isZero();
  }

  /** Returns r2, to whom n1 said goodbye a second ago: Ana may come back within four more. */
  private static Driver goodbyeElsewhere() {
    Driver other = new Driver();
    other.becomeReady();
    other.operate(N1, add(ana(N1, 1)), add(entry(N1, 2, LOBBY, "bob")));
    other.receive(new Goodbye(N1, 3, Map.of(1L, 5_000L)));
    other.pass(1_000, R1, R2, N2);
    return other;
  }

  /** Carries questions and answers between the two until there are no more. */
  private void learnsFrom(Driver other) {
    driver.receive(departed(N1, 3));
    int asked = 0;
    List<Pull> pulls = outbox.messages(Pull.class);
    while (asked < pulls.size()) {
      Pull pull = pulls.get(asked++);
      other.outbox.clear();
      other.receive(pull);
      other.outbox.sent(PresenceMessage.class).stream().map(Sent::message).forEach(driver::receive);
      pulls = outbox.messages(Pull.class);
    }
    assertThat(asked).isPositive();
  }
}

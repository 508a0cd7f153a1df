package dev.rollcall.replica;

import static dev.rollcall.replica.Driver.beat;
import static dev.rollcall.replica.Driver.digest;
import static dev.rollcall.replica.Samples.LOBBY;
import static dev.rollcall.replica.Samples.N1;
import static dev.rollcall.replica.Samples.N2;
import static dev.rollcall.replica.Samples.R1;
import static dev.rollcall.replica.Samples.R2;
import static dev.rollcall.replica.Samples.add;
import static dev.rollcall.replica.Samples.ana;
import static dev.rollcall.replica.Samples.remove;
import static dev.rollcall.replica.Samples.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.replica.RecordingOutbox.Sent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How a replica merges what it hears, and when it is ready. */
class ReplicaTest {
  private static final Pull PULL_ALL = new Pull(R1, N1, 0);

  private final Driver driver = new Driver();
  private final RecordingOutbox outbox = driver.outbox;

  @Test
  void operationsThatAreKnownAreSkipped() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)), add(ana(N1, 2)));
    driver.operate(N1, add(ana(N1, 2)), remove(3, 1));
    driver.operate(N1, add(ana(N1, 1)), add(ana(N1, 2)));
    assertThat(driver.lobby()).containsExactly(ana(N1, 2));
    assertThat(outbox.sent(Pull.class)).isEmpty();
  }

  @Test
  void aGapIsPulledFromTheNodeItselfOnceIn300Millis() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 2)));
    driver.operate(N1, add(ana(N1, 3)));
    assertThat(driver.lobby()).isEmpty();
    assertThat(outbox.sent(Pull.class)).containsExactly(new Sent("n1", PULL_ALL));
    driver.now += 299;
    driver.operate(N1, add(ana(N1, 4)));
    assertThat(outbox.sent(Pull.class)).hasSize(1);
    driver.now += 1;
    driver.operate(N1, add(ana(N1, 4)));
    assertThat(outbox.sent(Pull.class)).hasSize(2);
  }

  @Test
  void aBeatWithAHigherClockIsPulledForEvenIfItIsRepeated() {
    driver.becomeReady();
    driver.receive(beat(N1, 1, 7));
    assertThat(outbox.sent(Pull.class)).containsExactly(new Sent("n1", PULL_ALL));
  }

  @Test
  void whatIsStillMissingAfterAnAnswerIsPulledAtOnce() {
    driver.becomeReady();
    driver.receive(beat(N1, 2, 3));
    driver.operate(N1, add(ana(N1, 1)));
    assertThat(outbox.messages(Pull.class)).containsExactly(PULL_ALL, new Pull(R1, N1, 1));
    driver.operate(N1, add(ana(N1, 2)), add(ana(N1, 3)));
    assertThat(outbox.messages(Pull.class)).hasSize(2);
  }

  @Test
  void aStaleSnapshotIsIgnoredAndALaterOneReplaces() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)), add(ana(N1, 2)));
    driver.receive(snapshot(2, 0, 1, ana(N1, 1)));
    assertThat(driver.lobby()).containsExactly(ana(N1, 1), ana(N1, 2));
    driver.receive(snapshot(4, 0, 1, ana(N1, 2), ana(N1, 4)));
    assertThat(driver.lobby()).containsExactlyInAnyOrder(ana(N1, 2), ana(N1, 4));
  }

  @Test
  void piecesAreAskedForOneByOneAndAppliedWhole() {
    driver.becomeReady();
    driver.receive(snapshot(9, 0, 3, ana(N1, 1)));
    driver.receive(snapshot(9, 0, 3, ana(N1, 1)));
    driver.receive(snapshot(9, 2, 3, ana(N1, 3)));
    driver.receive(snapshot(9, 1, 3, ana(N1, 2)));
    assertThat(driver.lobby()).isEmpty();
    assertThat(outbox.sent(PullPiece.class))
        .containsExactly(
            new Sent("n1", new PullPiece(R1, N1, 9, 1)),
            new Sent("n1", new PullPiece(R1, N1, 9, 2)));
    driver.receive(snapshot(9, 2, 3, ana(N1, 3)));
    assertThat(driver.lobby()).containsExactlyInAnyOrder(ana(N1, 1), ana(N1, 2), ana(N1, 3));
  }

  @Test
  void aPieceThatDoesNotComeIsAskedForAgainUntilThereIsNoHope() {
    driver.becomeReady();
    driver.receive(snapshot(9, 0, 2, ana(N1, 1)));
    driver.pass(500, R1, R2, N1, N2);
    assertThat(outbox.messages(PullPiece.class))
        .containsExactly(new PullPiece(R1, N1, 9, 1), new PullPiece(R1, N1, 9, 1));
    driver.pass(10_000, R1, R2, N1, N2);
    assertThat(outbox.messages(PullPiece.class)).hasSize(7);
    driver.receive(beat(N1, driver.beats() + 1, 9));
    assertThat(outbox.messages(Pull.class)).containsExactly(PULL_ALL);
  }

  @Test
  void piecesOfAnotherReplicaAreAskedForThere() {
    driver.becomeReady();
    driver.receive(new Snapshot(N1, R2, 9, 0, 2, List.of(ana(N1, 1))));
    assertThat(outbox.sent(PullPiece.class))
        .containsExactly(new Sent("replica r2", new PullPiece(R1, N1, 9, 1)));
  }

  @Test
  void piecesOfTwoSourcesAreNotMixed() {
    driver.becomeReady();
    driver.receive(new Snapshot(N1, R2, 9, 0, 2, List.of(ana(N1, 1), ana(N1, 2))));
    driver.receive(snapshot(9, 1, 2, ana(N1, 2)));
    assertThat(driver.lobby()).isEmpty();
    driver.receive(new Snapshot(N1, R2, 9, 1, 2, List.of(ana(N1, 3))));
    assertThat(driver.lobby()).hasSize(3);
  }

  @Test
  void aLaterSnapshotTakesThePlaceOfOneThatIsNotWhole() {
    driver.becomeReady();
    driver.receive(snapshot(9, 0, 2, ana(N1, 1)));
    driver.receive(snapshot(11, 0, 1, ana(N1, 10)));
    driver.receive(snapshot(9, 1, 2, ana(N1, 2)));
    assertThat(driver.lobby()).containsExactly(ana(N1, 10));
  }

  @Test
  void deltasThatAreMissedDuringATransferArePulledAfterwards() {
    driver.becomeReady();
    driver.receive(snapshot(9, 0, 2, ana(N1, 1)));
    driver.operate(N1, add(ana(N1, 10)));
    driver.receive(beat(N1, 2, 10));
    assertThat(outbox.sent(Pull.class)).isEmpty();
    driver.receive(snapshot(9, 1, 2, ana(N1, 2)));
    assertThat(outbox.messages(Pull.class)).containsExactly(new Pull(R1, N1, 9));
    driver.operate(N1, add(ana(N1, 10)));
    assertThat(driver.lobby()).hasSize(3);
  }

  @Test
  void whatAnotherReplicaStillHasMoreOfAfter500MillisIsPulledThere() {
    driver.becomeReady();
    driver.receive(digest(N1, 2, 2));
    driver.pass(250, R1, N2);
    assertThat(outbox.sent(Pull.class)).isEmpty();
    driver.pass(250, R1, N2);
    assertThat(outbox.sent(Pull.class)).containsExactly(new Sent("replica r2", PULL_ALL));
  }

  @Test
  void aLeaveThatOnlyAnotherReplicaHeardIsSeenAsAJoinIs() {
    driver.becomeReady();
    driver.receive(digest(N1, 1, 2));
    driver.pass(500, R1, N2);
    driver.operate(N1, add(ana(N1, 1)));
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
    driver.receive(digest(N1, 2, 3));
    driver.pass(500, R1, N2);
    driver.operate(N1, remove(2, 1));
    assertThat(driver.lobby()).isEmpty();
    assertThat(outbox.sent(Pull.class))
        .containsExactly(
            new Sent("replica r2", PULL_ALL), new Sent("replica r2", new Pull(R1, N1, 1)));
  }

  @Test
  void whatArrivesInTimeIsNotPulled() {
    driver.becomeReady();
    driver.receive(digest(N1, 1, 2));
    driver.operate(N1, add(ana(N1, 1)));
    driver.pass(1_000, R1, N2);
    assertThat(outbox.sent(Pull.class)).isEmpty();
  }

  @Test
  void aClaimThatFallsDueWhileTheNodeIsAskedIsNotForgotten() {
    driver.becomeReady();
    driver.receive(digest(N1, 2, 2));
    driver.now += 250;
    driver.tick();
    driver.now += 249;
    driver.receive(beat(N1, 3, 2));
    driver.now += 1;
    driver.tick();
    assertThat(outbox.sent(Pull.class)).containsExactly(new Sent("n1", PULL_ALL));
    driver.now += 300;
    driver.tick();
    assertThat(outbox.sent(Pull.class)).last().isEqualTo(new Sent("replica r2", PULL_ALL));
  }

  @Test
  void aNodeThatIsAskedAgainAndAgainInVainKeepsNobodyFromAskingElsewhere() {
    driver.becomeReady();
    driver.receive(digest(N1, 9, 2));
    for (int gap = 5; gap < 9; gap++) {
      driver.now += 250;
      driver.operate(N1, add(ana(N1, gap)));
      driver.tick();
    }
    assertThat(outbox.sent(Pull.class)).first().isEqualTo(new Sent("n1", PULL_ALL));
    assertThat(outbox.sent(Pull.class)).last().isEqualTo(new Sent("replica r2", PULL_ALL));
  }

  @Test
  void aReplicaThatAsksIsAnsweredWithWhatIsHeldHere() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)), add(ana(N1, 2)));
    driver.receive(new Pull(R2, N1, 1));
    assertThat(outbox.sent(Delta.class))
        .containsExactly(new Sent("replica r2", new Delta(N1, 1, List.of(add(ana(N1, 2))))));
    driver.receive(snapshot(7, 0, 1, ana(N1, 2)));
    driver.receive(new Pull(R2, N1, 1));
    assertThat(outbox.sent(Snapshot.class))
        .containsExactly(
            new Sent("replica r2", new Snapshot(N1, R1, 7, 0, 1, List.of(ana(N1, 2)))));
    driver.receive(new PullPiece(R2, N1, 7, 0));
    assertThat(outbox.sent(Snapshot.class)).hasSize(2);
    driver.receive(new PullPiece(R2, N1, 6, 0));
    driver.receive(new Pull(R2, N1, 8));
    assertThat(outbox.sent(Snapshot.class)).hasSize(2);
  }

  @Test
  void onlyABeatIntroducesANode() {
    driver.becomeReady();
    NodeId unknown = new NodeId("n9");
    driver.operate(unknown, add(ana(unknown, 1)));
    driver.receive(new Snapshot(unknown, unknown, 1, 0, 1, List.of(ana(unknown, 1))));
    assertThat(driver.lobby()).isEmpty();
    assertThat(driver.word().nodes()).doesNotContainKey(unknown);
    driver.receive(beat(unknown, 1, 0));
    driver.operate(unknown, add(ana(unknown, 1)));
    assertThat(driver.lobby()).containsExactly(ana(unknown, 1));
  }

  @Test
  void replicasThatHeardTheSameInWhateverOrderHaveTheSameDigests() {
    List<PresenceMessage> heard = new ArrayList<>();
    heard.add(new Delta(N1, 0, List.of(add(ana(N1, 1)), add(ana(N1, 2)))));
    heard.add(new Delta(N1, 2, List.of(remove(3, 1), update(ana(N1, 4).after(ana(N1, 2).ref())))));
    heard.add(snapshot(4, 0, 1, ana(N1, 4).after(ana(N1, 2).ref())));
    heard.add(new Delta(N2, 0, List.of(add(ana(N2, 1)))));
    heard.add(new Delta(N2, 1, List.of(add(ana(N2, 2).after(ana(N1, 1).ref())))));
    heard.add(new Goodbye(R2, 1, Map.of()));
    driver.becomeReady();
    heard.forEach(driver::receive);
    for (long seed = 0; seed < 200; seed++) {
      Driver other = new Driver(new Window.Bounds(10, 500));
      other.becomeReady();
      List<PresenceMessage> shuffled = new ArrayList<>(heard);
      shuffled.addAll(heard);
      Collections.shuffle(shuffled, new Random(seed));
      // What was pulled comes last.
      shuffled.addAll(heard);
      shuffled.forEach(other::receive);
      assertThat(other.replica.digests()).as("seed %d", seed).isEqualTo(driver.replica.digests());
    }
    assertThat(Arrays.stream(driver.replica.digests()).filter(digest -> digest != 0)).hasSize(1);
  }

  @Test
  void readyIsWhoHasCaughtUpWithEveryMember() {
    driver.replica.members(Set.of("m-r1", "m-n1"));
    driver.beatOf(R1);
    driver.tick();
    assertThat(driver.replica.isReady()).isFalse();
    assertThat(driver.replica.answer(new Query(LOBBY, Query.Kind.COUNT, "", 0), driver.now))
        .isNull();
    driver.receive(beat(N1, 1, 1));
    driver.tick();
    assertThat(driver.replica.isReady()).isFalse();
    driver.operate(N1, add(ana(N1, 1)));
    driver.tick();
    assertThat(driver.replica.isReady()).isTrue();
    assertThat(outbox.messages(Readiness.class))
        .containsExactly(
            new Readiness(R1, "m-r1", false, Set.of()),
            new Readiness(R1, "m-r1", true, Set.of(R1)));
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
    driver.replica.members(Driver.MEMBERS);
    driver.pass(250, R1, N1);
    assertThat(driver.replica.isReady()).isTrue();
  }

  @Test
  void aNewReplicaTakesNoClockFromAnotherThatIsNotReady() {
    driver.replica.members(Set.of("m-r1", "m-n1"));
    driver.tick();
    driver.beatOf(R1);
    driver.receive(digest(N1, 1, 1));
    driver.operate(N1, add(ana(N1, 1)));
    driver.tick();
    assertThat(driver.replica.isReady()).as("r2 may have but a part of n1").isFalse();
    driver.receive(Driver.beat(N1, 2, 1));
    driver.tick();
    assertThat(driver.replica.isReady()).as("n1 says that this is all").isTrue();
  }

  @Test
  void aNodeThatOnlyAnotherReplicaNamesIsCaughtUpWithToo() {
    driver.replica.members(Set.of("m-r1", "m-r2"));
    driver.beatOf(R1, R2);
    driver.receive(Driver.readyDigest(N1, 1, 1));
    driver.tick();
    assertThat(driver.replica.isReady()).isFalse();
    driver.operate(N1, add(ana(N1, 1)));
    driver.tick();
    assertThat(driver.replica.isReady()).isTrue();
  }

  @Test
  void aMemberThatIsNotHeardDelaysReadinessForDownAfterOnly() {
    driver.replica.members(Driver.MEMBERS);
    driver.tick();
    driver.pass(3_750, R1, R2, N1);
    assertThat(driver.replica.isReady()).isFalse();
    driver.pass(250, R1, R2, N1);
    assertThat(driver.replica.isReady()).isTrue();
  }

  @Test
  void whileTheMembershipIsUnknownNobodyIsCaughtUpWith() {
    driver.beatOf(R1);
    driver.tick();
    driver.pass(3_750, R1);
    assertThat(driver.replica.isReady()).isFalse();
  }

  @Test
  void aReplicaThatFrozeIsNotReadyAtOnceWhateverWakesIt() {
    List<Runnable> wakers =
        List.of(driver::tick, driver::flush, () -> driver.operate(N1, add(ana(N1, 1))));
    for (Runnable waker : wakers) {
      driver.pass(5_000, R1, R2, N1, N2);
      driver.replica.members(Driver.MEMBERS);
      driver.pass(250, R1, R2, N1, N2);
      assertThat(driver.replica.isReady()).isTrue();
      outbox.clear();
      driver.freeze(1_001);
      waker.run();
      assertThat(driver.replica.isReady()).isFalse();
      assertThat(outbox.messages(Readiness.class).get(0).ready()).isFalse();
      assertThat(outbox.messages(Digest.class).get(0).ready()).isFalse();
    }
  }

  @Test
  void aTickThatIsALittleLateIsNoFreeze() {
    driver.becomeReady();
    driver.freeze(1_000);
    driver.tick();
    assertThat(driver.replica.isReady()).isTrue();
  }

  @Test
  void aReplicaThatFrozeIsReadyAgainOnlyWhenEverybodyWasHeardAnew() {
    driver.becomeReady();
    driver.freeze(2_000);
    driver.tick();
    driver.pass(250, R1, R2, N1);
    assertThat(driver.replica.isReady()).isFalse();
    driver.pass(250, R1, R2, N1);
    assertThat(driver.replica.isReady()).isFalse();
    driver.pass(250, N2);
    assertThat(driver.replica.isReady()).isTrue();
  }

  @Test
  void aReplicaThatFrozeJudgesNobodyForDownAfter() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)));
    driver.freeze(30_000);
    driver.tick();
    assertThat(driver.replica.counts().nodesDown()).isZero();
    driver.pass(3_750, R1, R2, N2);
    assertThat(driver.replica.counts().nodesDown()).isZero();
    driver.pass(500, R1, R2, N2);
    assertThat(driver.replica.counts().nodesDown()).isEqualTo(1);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void aReplicaThatHearsNobodyJudgesNobodyAndIsNotReady() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)));
    driver.flush();
    driver.pass(1_750, R1);
    assertThat(driver.replica.isReady()).isTrue();
    driver.pass(250, R1);
    assertThat(driver.replica.isReady()).isFalse();
    driver.pass(60_000, R1);
    assertThat(driver.replica.isReady()).isFalse();
    assertThat(driver.replica.counts()).isEqualTo(new Replica.Counts(1, 1, 4, 0, 0, 0));
    driver.pass(250, R1, R2, N1, N2);
    assertThat(driver.replica.isReady()).isTrue();
    assertThat(driver.lobby()).containsExactly(ana(N1, 1));
  }

  @Test
  void aReplicaThatIsAloneInTheMembershipJudges() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)));
    driver.replica.members(Set.of("m-r1"));
    driver.pass(2_500, R1);
    assertThat(driver.replica.isReady()).isTrue();
    assertThat(driver.replica.counts().nodesDown()).isEqualTo(3);
    assertThat(driver.lobby()).isEmpty();
  }

  @Test
  void whoIsAloneFromTheStartIsReadyAtOnce() {
    driver.replica.members(Set.of("m-r1"));
    driver.beatOf(R1);
    driver.tick();
    assertThat(driver.replica.isReady()).isTrue();
  }

  @Test
  void wordIsGivenOnceASecondAndAtEachChange() {
    driver.becomeReady();
    driver.pass(1_000, R1, R2, N1, N2);
    outbox.clear();
    driver.pass(3_000, R1, R2, N1, N2);
    assertThat(outbox.sent(Digest.class)).hasSize(3);
    assertThat(outbox.sent(Digest.class)).extracting(Sent::to).containsOnly("all replicas");
    assertThat(outbox.sent(Readiness.class)).hasSize(3);
    assertThat(outbox.sent(Readiness.class)).extracting(Sent::to).containsOnly("all nodes");
    driver.receive(digest(true, 0));
    driver.pass(250, R1, R2, N1, N2);
    assertThat(outbox.last(Readiness.class))
        .isEqualTo(new Readiness(R1, "m-r1", true, Set.of(R1, R2)));
    assertThat(outbox.sent(Readiness.class)).hasSize(4);
  }

  @Test
  void aDigestSaysHowFarTheNodesThatAreUpHaveCome() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)));
    driver.pass(4_000, R1, R2, N2);
    long beat = driver.beats();
    driver.operate(N2, add(ana(N2, 1)));
    Digest word = driver.word();
    assertThat(word.nodes())
        .isEqualTo(
            Map.of(
                R1, new Progress("m-r1", 0, beat),
                R2, new Progress("m-r2", 0, beat),
                N2, new Progress("m-n2", 1, beat)));
    assertThat(word.departed()).isEmpty();
  }

  @Test
  void theOwnDigestTeachesNothing() {
    driver.becomeReady();
    driver.receive(
        new Digest(R1, "m-r1", false, 99, Map.of(N1, new Progress("m-n1", 5, 99)), Map.of()));
    driver.pass(1_000, R1, R2, N2);
    assertThat(driver.replica.isReady()).isTrue();
    assertThat(outbox.last(Digest.class).epochCounter()).isEqualTo(1);
    assertThat(outbox.sent(Pull.class)).isEmpty();
  }

  @Test
  void whoIsClosedIsNotReadyAgain() {
    driver.becomeReady();
    driver.replica.close(driver.now);
    assertThat(outbox.last(Readiness.class).ready()).isFalse();
    assertThat(outbox.last(Digest.class).ready()).isFalse();
    assertThat(driver.replica.answer(new Query(LOBBY, Query.Kind.COUNT, "", 0), driver.now))
        .isNull();
    outbox.clear();
    driver.pass(10_000, R1, R2, N1, N2);
    assertThat(driver.replica.isReady()).isFalse();
    assertThat(outbox.sent(Digest.class)).isEmpty();
  }

  private static Snapshot snapshot(long clock, int index, int pieces, Entry... entries) {
    return new Snapshot(N1, N1, clock, index, pieces, List.of(entries));
  }
}

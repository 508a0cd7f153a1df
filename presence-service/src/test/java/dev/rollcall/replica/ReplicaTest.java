package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Epoch;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.Position;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.Ref;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.replica.RecordingOutbox.Pulled;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicaTest {
  private static final NodeId R1 = new NodeId("r1");
  private static final NodeId R2 = new NodeId("r2");
  private static final NodeId N0 = new NodeId("n0");
  private static final NodeId N1 = new NodeId("n1");
  private static final Set<String> MEMBERS = Set.of("m0", "m1", "m2");
  private static final String LOBBY = topicOf(R1, "room:");

  private final RecordingOutbox outbox = new RecordingOutbox();
  private final Replica replica = new Replica(R1, "m0", 4_000, outbox);
  private long now;
  private long beats = 1;

  @Test
  void operationsThatAreKnownAreSkipped() {
    becomeReady();
    receive(new Delta(N1, 0, List.of(add(1), add(2))));
    receive(new Delta(N1, 1, List.of(add(2), new Operation(3, null, ref(1)))));
    receive(new Delta(N1, 0, List.of(add(1), add(2))));
    assertThat(visible()).containsExactly(entry(2));
    assertThat(outbox.pulls).isEmpty();
  }

  @Test
  void aGapIsPulledFromTheNodeItselfOnceIn300Millis() {
    becomeReady();
    receive(new Delta(N1, 1, List.of(add(2))));
    receive(new Delta(N1, 2, List.of(add(3))));
    assertThat(visible()).isEmpty();
    assertThat(outbox.pulls).containsExactly(new Pulled(N1, null, 0));
    now += 300;
    receive(new Delta(N1, 3, List.of(add(4))));
    assertThat(outbox.pulls).hasSize(2);
  }

  @Test
  void aBeatWithAHigherClockIsPulledForEvenIfItIsRepeated() {
    becomeReady();
    receive(new Beat(N1, "m1", 1, 7));
    assertThat(outbox.pulls).containsExactly(new Pulled(N1, null, 0));
  }

  @Test
  void aStaleSnapshotIsIgnoredAndALaterOneReplaces() {
    becomeReady();
    receive(new Delta(N1, 0, List.of(add(1), add(2))));
    receive(new Snapshot(N1, 2, List.of(entry(1))));
    assertThat(visible()).containsExactly(entry(1), entry(2));
    receive(new Snapshot(N1, 4, List.of(entry(2), entry(4))));
    assertThat(visible()).containsExactly(entry(2), entry(4));
  }

  @Test
  void onlyABeatIntroducesANode() {
    NodeId unknown = new NodeId("n9");
    receive(new Delta(unknown, 0, List.of(add(1))));
    receive(new Snapshot(unknown, 1, List.of(entry(1))));
    assertThat(replica.answer(new Pull(unknown, 0))).isNull();
    receive(new Beat(unknown, "m9", 1, 0));
    assertThat(replica.answer(new Pull(unknown, 0))).isEqualTo(new Snapshot(unknown, 0, List.of()));
  }

  @Test
  void aSilentNodeIsHiddenAndItsNextBeatShowsItAgain() {
    becomeReady();
    receive(new Delta(N1, 0, List.of(add(1))));
    replica.flush();
    pass(3_750, N0);
    assertThat(visible()).hasSize(1);
    pass(250, N0);
    assertThat(visible()).isEmpty();
    assertThat(replica.counts()).isEqualTo(new Replica.Counts(0, 1, 1));
    receive(new Beat(N1, "m1", 2, 1));
    assertThat(visible()).containsExactly(entry(1));
    assertThat(outbox.diffs)
        .extracting(diff -> diff.position().number())
        .containsExactly(1L, 2L, 3L);
    assertThat(outbox.diffs.get(1).leaves()).containsExactly(entry(1));
    assertThat(outbox.diffs.get(2).joins()).containsExactly(entry(1));
  }

  @Test
  void aBeatThatDoesNotAdvanceIsNoLife() {
    becomeReady();
    receive(new Delta(N1, 0, List.of(add(1))));
    pass(3_750, N0);
    receive(new Beat(N1, "m1", 1, 1));
    pass(250, N0);
    assertThat(visible()).isEmpty();
    receive(new Beat(N1, "m1", 1, 1));
    assertThat(visible()).isEmpty();
  }

  @Test
  void aMemberThatLeftIsHiddenAfter1500MillisUnlessItBeats() {
    becomeReady();
    receive(new Delta(N1, 0, List.of(add(1))));
    replica.members(Set.of("m0"));
    pass(1_250, N0, N1);
    pass(1_250, N0);
    assertThat(visible()).hasSize(1);
    pass(250, N0);
    assertThat(visible()).isEmpty();
  }

  @Test
  void afterAGoodbyeTheNodeIsIgnoredForAMinute() {
    becomeReady();
    receive(new Delta(N1, 0, List.of(add(1))));
    receive(new Goodbye(N1, 2));
    assertThat(visible()).isEmpty();
    receive(new Beat(N1, "m1", 9, 2));
    receive(digestOfR2(false, 0, Map.of(N1, new Progress("m1", 2, 10))));
    assertThat(replica.digest().nodes()).doesNotContainKey(N1);
    pass(60_000, N0);
    receive(new Beat(N1, "m1", 11, 2));
    assertThat(replica.digest().nodes()).containsKey(N1);
  }

  @Test
  void aNodeThatIsDownForTenMinutesIsForgotten() {
    becomeReady();
    pass(4_000, N0);
    pass(599_750, N0);
    assertThat(replica.answer(new Pull(N1, 0))).isNotNull();
    pass(250, N0);
    assertThat(replica.answer(new Pull(N1, 0))).isNull();
  }

  @Test
  void whoWasAwayItselfJudgesNobodyAndGivesAllTheirTimeAnew() {
    becomeReady();
    receive(new Delta(N1, 0, List.of(add(1))));
    now += 30_000;
    replica.tick(now);
    assertThat(replica.counts().nodesDown()).isZero();
    pass(3_750, N0);
    assertThat(replica.counts().nodesDown()).isZero();
    pass(250, N0);
    assertThat(replica.counts().nodesDown()).isEqualTo(1);
  }

  @Test
  void whoWasAwayItselfOwnsNothingUntilTheNextTickAndThenInALaterEpoch() {
    becomeReady();
    Epoch before = state(LOBBY).position().epoch();
    now += 5_000;
    replica.tick(now);
    assertThat(replica.answer(ask(LOBBY, null)).states()).isEmpty();
    receive(digestOfR2(true, 7, Map.of()));
    pass(250, N0);
    assertThat(state(LOBBY).position().epoch()).isEqualTo(new Epoch(8, R1)).isGreaterThan(before);
  }

  @Test
  void aDigestNamesOnlyNodesThatAreUp() {
    becomeReady();
    receive(new Delta(N1, 0, List.of(add(1))));
    assertThat(replica.digest().nodes()).containsEntry(N1, new Progress("m1", 1, 1));
    pass(4_000, N0);
    assertThat(replica.digest().nodes()).containsOnlyKeys(N0);
  }

  @Test
  void aHigherBeatInADigestIsLife() {
    becomeReady();
    pass(3_000, N0);
    receive(digestOfR2(false, 0, Map.of(N1, new Progress("m1", 0, 2))));
    pass(3_000, N0);
    assertThat(replica.counts().nodesDown()).isZero();
    receive(digestOfR2(false, 0, Map.of(N1, new Progress("m1", 0, 2))));
    pass(1_000, N0);
    assertThat(replica.counts().nodesDown()).isEqualTo(1);
  }

  @Test
  void whatAnotherReplicaStillHasMoreOfAfter500MillisIsPulledThere() {
    becomeReady();
    receive(digestOfR2(false, 0, Map.of(N1, new Progress("m1", 2, 2))));
    pass(250, N0);
    assertThat(outbox.pulls).isEmpty();
    pass(250, N0);
    assertThat(outbox.pulls).containsExactly(new Pulled(N1, R2, 0));
  }

  @Test
  void whatArrivesInTimeIsNotPulled() {
    becomeReady();
    receive(digestOfR2(false, 0, Map.of(N1, new Progress("m1", 1, 2))));
    receive(new Delta(N1, 0, List.of(add(1))));
    pass(1_000, N0);
    assertThat(outbox.pulls).isEmpty();
  }

  @Test
  void readyIsWhoHasCaughtUpWithEveryMember() {
    replica.members(Set.of("m0", "m1"));
    receive(new Beat(N0, "m0", 1, 0));
    replica.tick(now);
    assertThat(replica.isReady()).isFalse();
    assertThat(replica.answer(ask(LOBBY, null))).isNull();
    receive(new Beat(N1, "m1", 1, 1));
    pass(250);
    assertThat(replica.isReady()).isFalse();
    receive(new Delta(N1, 0, List.of(add(1))));
    pass(250);
    assertThat(replica.isReady()).isTrue();
    assertThat(outbox.words)
        .containsExactly(new Readiness(R1, "m0", false), new Readiness(R1, "m0", true));
    replica.members(Set.of("m0", "m1", "m2"));
    pass(250, N0);
    assertThat(replica.isReady()).isTrue();
  }

  @Test
  void aMemberThatIsNotHeardBlocksForDownAfterOnly() {
    replica.members(MEMBERS);
    replica.tick(now);
    pass(3_750, N0);
    assertThat(replica.isReady()).isFalse();
    pass(250, N0);
    assertThat(replica.isReady()).isTrue();
  }

  @Test
  void whoClosesPublishesWhatIsPendingAndThenSaysSo() {
    becomeReady();
    receive(new Delta(N1, 0, List.of(add(1))));
    replica.close();
    assertThat(outbox.diffs).hasSize(1);
    assertThat(outbox.words).last().isEqualTo(new Readiness(R1, "m0", false));
    assertThat(outbox.digests).last().extracting(Digest::ready).isEqualTo(false);
    assertThat(replica.answer(ask(LOBBY, null))).isNull();
    replica.tick(now + 10_000);
    assertThat(replica.isReady()).isFalse();
  }

  @Test
  void wordIsGivenOnceASecond() {
    becomeReady();
    outbox.digests.clear();
    pass(10_000, N0, N1);
    assertThat(outbox.digests).hasSize(10);
  }

  @Test
  void onlyTheOwnersChangesArePublishedAndTheStateIsKept() {
    becomeReady();
    String theirs = topicOf(R2, "room:");
    receive(digestOfR2(true, 5, Map.of()));
    receive(new Delta(N1, 0, List.of(add(1, theirs))));
    replica.flush();
    assertThat(outbox.diffs).isEmpty();
    assertThat(replica.answer(ask(theirs, null)).states()).isEmpty();
    receive(digestOfR2(false, 9, Map.of()));
    State taken = state(theirs);
    assertThat(taken.entries()).containsExactly(entry(1, theirs));
    assertThat(taken.position().epoch()).isEqualTo(new Epoch(10, R1));
    assertThat(state(LOBBY).position().epoch()).isEqualTo(new Epoch(1, R1));
  }

  @Test
  void whatIsPendingGoesOutBeforeATopicIsHandedOver() {
    becomeReady();
    String theirs = topicOf(R2, "room:");
    receive(new Delta(N1, 0, List.of(add(1, theirs))));
    receive(digestOfR2(true, 0, Map.of()));
    assertThat(outbox.diffs).extracting(Diff::topic).containsExactly(theirs);
  }

  @Test
  void oneThatCameAndWentWithinAWindowWasNeverThere() {
    becomeReady();
    receive(new Delta(N1, 0, List.of(add(1), new Operation(2, null, ref(1)))));
    replica.flush();
    assertThat(outbox.diffs).isEmpty();
    assertThat(replica.isPending()).isFalse();
  }

  @Test
  void numbersGoOnWithoutAGapAndNoneIsUsedTwiceAfterATopicWasEmpty() {
    becomeReady();
    for (long clock = 1; clock <= 6; clock += 2) {
      receive(new Delta(N1, clock - 1, List.of(add(clock))));
      replica.flush();
      receive(new Delta(N1, clock, List.of(new Operation(clock + 1, null, ref(clock)))));
      replica.flush();
    }
    assertThat(outbox.diffs)
        .extracting(diff -> diff.position().number())
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(state("room:unknown").position().number()).isEqualTo(6);
  }

  @Test
  void anAnswerStandsAtTheLastPublishedNumberAndIsLeftOutWhereTheViewStandsThere() {
    becomeReady();
    receive(new Delta(N1, 0, List.of(add(1))));
    State state = state(LOBBY);
    assertThat(outbox.diffs).extracting(Diff::position).containsExactly(state.position());
    assertThat(replica.answer(ask(LOBBY, state.position())).states()).isEmpty();
    Position other = new Position(state.position().epoch(), 7);
    assertThat(replica.answer(ask(LOBBY, other)).states()).containsExactly(state);
  }

  private void becomeReady() {
    replica.members(MEMBERS);
    receive(new Beat(N0, "m0", 1, 0));
    receive(new Beat(N1, "m1", 1, 0));
    receive(new Beat(new NodeId("n2"), "m2", 1, 0));
    receive(new Goodbye(new NodeId("n2"), 1));
    replica.members(Set.of("m0", "m1"));
    replica.tick(now);
    replica.members(MEMBERS);
    assertThat(replica.isReady()).isTrue();
  }

  /** Lets time pass while only these nodes beat. */
  private void pass(long millis, NodeId... living) {
    for (long end = now + millis; now < end; ) {
      now += 250;
      beats++;
      for (NodeId node : living) {
        receive(new Beat(node, node.equals(N0) ? "m0" : "m1", beats, 0));
      }
      replica.tick(now);
    }
  }

  private void receive(dev.rollcall.presence.PresenceMessage message) {
    replica.receive(message, now);
  }

  private List<Entry> visible() {
    return state(LOBBY).entries();
  }

  private State state(String topic) {
    return replica.answer(ask(topic, null)).states().get(0);
  }

  private static Ask ask(String topic, Position at) {
    Map<String, Position> topics = new HashMap<>();
    topics.put(topic, at);
    return new Ask(topics);
  }

  private static Digest digestOfR2(boolean ready, long epoch, Map<NodeId, Progress> nodes) {
    return new Digest(R2, "m2", ready, epoch, nodes);
  }

  private static String topicOf(NodeId owner, String prefix) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> prefix + i)
        .filter(
            topic ->
                Ownership.owner(Ownership.partition(topic), Set.of(R1, R2))
                    .filter(owner::equals)
                    .isPresent())
        .findFirst()
        .orElseThrow();
  }

  private static Ref ref(long clock) {
    return new Ref(N1, clock);
  }

  private static Operation add(long clock) {
    return add(clock, LOBBY);
  }

  private static Operation add(long clock, String topic) {
    return new Operation(clock, entry(clock, topic), null);
  }

  private static Entry entry(long clock) {
    return entry(clock, LOBBY);
  }

  private static Entry entry(long clock, String topic) {
    return new Entry(ref(clock), null, topic, "ana", "{}");
  }
}

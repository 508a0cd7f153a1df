package dev.rollcall.replica;

import static dev.rollcall.replica.Driver.departed;
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
import dev.rollcall.presence.Epoch;
import dev.rollcall.presence.Leave;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.Position;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.AskPiece;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Relay;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.PresenceMessage.Unfollow;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Roster;
import dev.rollcall.presence.Standing;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.replica.RecordingOutbox.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is told what of a topic, by whom, and when. */
class PublishingTest {
  private final Driver driver = new Driver();
  private final RecordingOutbox outbox = driver.outbox;

  @Test
  void aDiffGoesToTheNodesThatFollowAndToNoOther() {
    driver.becomeReady();
    driver.follow(N2, LOBBY);
    driver.follow(N1, "room:other");
    driver.operate(N1, add(ana(N1, 1)));
    driver.flush();
    Diff diff =
        new Diff(
            LOBBY,
            new Position(new Epoch(1, R1), 1),
            Roster.digest(ref(N1, 1)),
            List.of(ana(N1, 1)),
            List.of());
    assertThat(outbox.sent(Diff.class)).containsExactly(new Sent("n2", diff));
    driver.follow(N1, LOBBY);
    driver.operate(N1, remove(2, 1));
    driver.flush();
    assertThat(outbox.sent(Diff.class)).last().extracting(Sent::to).isEqualTo("n1 n2");
  }

  @Test
  void nobodyIsToldOfATopicThatNobodyFollows() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)));
    driver.flush();
    assertThat(outbox.sent(Diff.class)).isEmpty();
    assertThat(driver.lobby()).hasSize(1);
  }

  @Test
  void whoUnfollowsIsToldNothingMore() {
    driver.becomeReady();
    driver.follow(N1, LOBBY);
    driver.follow(N2, LOBBY);
    driver.receive(new Unfollow(N2, Set.of(LOBBY, "room:other")));
    driver.operate(N1, add(ana(N1, 1)));
    driver.flush();
    assertThat(outbox.sent(Diff.class)).extracting(Sent::to).containsExactly("n1");
    driver.receive(new Unfollow(N1, Set.of(LOBBY)));
    assertThat(driver.replica.counts().followed()).isZero();
  }

  @Test
  void aNodeThatIsGoneFollowsNoMore() {
    driver.becomeReady();
    driver.follow(N2, LOBBY);
    driver.receive(new Goodbye(N2, 1, Map.of()));
    driver.tick();
    driver.operate(N1, add(ana(N1, 1)));
    driver.flush();
    assertThat(outbox.sent(Diff.class)).isEmpty();
  }

  @Test
  void whoAsksByAnotherReplicaIsAnsweredAndToldByIt() {
    driver.becomeReady();
    driver.receive(new Ask(N2, R1, R2, Map.of(LOBBY, Standing.NONE)));
    driver.follow(N1, LOBBY);
    driver.operate(N1, add(ana(N1, 1)));
    driver.flush();
    List<Sent> relayed = outbox.sent(Relay.class);
    assertThat(relayed).extracting(Sent::to).containsExactly("replica r2", "replica r2");
    Diff diff = outbox.last(Diff.class);
    assertThat(((Relay) relayed.get(0).message()).message()).isInstanceOf(Answer.class);
    assertThat(relayed.get(1).message()).isEqualTo(new Relay(N2, diff));
    assertThat(outbox.sent(Diff.class)).containsExactly(new Sent("n1", diff));
  }

  @Test
  void whatIsToBeRelayedIsPassedOn() {
    Readiness word = new Readiness(R2, "m-r2", true, Set.of());
    driver.receive(new Relay(N2, word));
    assertThat(outbox.sent(Readiness.class)).containsExactly(new Sent("n2", word));
  }

  @Test
  void aQuestionToAnotherOwnerIsPassedOn() {
    driver.becomeReady();
    Ask ask = new Ask(N2, R2, R1, Map.of(THEIRS, Standing.NONE));
    AskPiece piece = new AskPiece(N2, R2, R1, THEIRS, new Position(new Epoch(1, R2), 1), 1);
    driver.receive(ask);
    driver.receive(piece);
    assertThat(outbox.sent(Ask.class)).containsExactly(new Sent("replica r2", ask));
    assertThat(outbox.sent(AskPiece.class)).containsExactly(new Sent("replica r2", piece));
    assertThat(outbox.sent(Answer.class)).isEmpty();
  }

  @Test
  void whoIsNotReadyAnswersNothing() {
    driver.receive(new Ask(N2, R1, null, Map.of(LOBBY, Standing.NONE)));
    driver.receive(new AskPiece(N2, R1, null, LOBBY, new Position(new Epoch(1, R1), 0), 0));
    assertThat(outbox.sent(Answer.class)).isEmpty();
    assertThat(outbox.sent(State.class)).isEmpty();
  }

  @Test
  void anAnswerHasNoOpenWindowInItAndTheNextDiffContinuesIt() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)));
    driver.flush();
    driver.operate(N1, add(ana(N1, 2)));
    Answer answer = driver.follow(N2, LOBBY);
    State state = answer.states().get(0);
    assertThat(state.entries()).containsExactly(ana(N1, 1));
    assertThat(answer.clocks()).containsEntry(N1, 1L);
    driver.flush();
    Diff diff = outbox.last(Diff.class);
    assertThat(diff.position())
        .isEqualTo(new Position(state.position().epoch(), state.position().number() + 1));
    assertThat(diff.joins()).containsExactly(ana(N1, 2));
    assertThat(driver.follow(N2, LOBBY).clocks()).containsEntry(N1, 2L);
  }

  @Test
  void ofANodeThatWasNeverHeardAndMayLingerNothingIsSaidToBeKnown() {
    NodeId drained = new NodeId("n3");
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)));
    driver.flush();
    driver.receive(departed(drained, 5));
    assertThat(driver.follow(N2, LOBBY).clocks()).doesNotContainKey(drained);
    driver.receive(new Goodbye(drained, 5, Map.of(3L, 30_000L)));
    assertThat(driver.follow(N2, LOBBY).clocks()).doesNotContainKey(drained);
  }

  @Test
  void anAnswerKnowsAllOfNodesThatAreDownOrGone() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)));
    driver.operate(N2, add(ana(N2, 1)));
    driver.receive(new Goodbye(N2, 2, Map.of()));
    driver.pass(4_000, R1, R2);
    driver.flush();
    assertThat(driver.follow(R2, LOBBY).clocks())
        .as("one that is a member may be about to be heard again")
        .isEqualTo(Map.of(R1, 0L, R2, 0L, N2, Long.MAX_VALUE));
    driver.replica.members(Set.of("m-r1", "m-r2"));
    assertThat(driver.follow(R2, LOBBY).clocks())
        .isEqualTo(Map.of(R1, 0L, R2, 0L, N1, Long.MAX_VALUE, N2, Long.MAX_VALUE));
  }

  @Test
  void aBigListIsAnsweredInPieces() {
    driver.becomeReady();
    String meta = "{\"a\":\"" + "x".repeat(1_000) + "\"}";
    for (int clock = 1; clock <= 100; clock++) {
      driver.operate(N1, add(new Entry(ref(N1, clock), null, LOBBY, "user" + clock, meta)));
    }
    driver.flush();
    State first = driver.follow(N2, LOBBY).states().get(0);
    assertThat(first.pieces()).isEqualTo(3);
    driver.receive(new AskPiece(N2, R1, null, LOBBY, first.position(), 1));
    driver.receive(new AskPiece(N2, R1, R2, LOBBY, first.position(), 2));
    assertThat(outbox.sent(State.class)).extracting(Sent::to).containsExactly("n2");
    assertThat(outbox.sent(Relay.class)).extracting(Sent::to).containsExactly("replica r2");
  }

  @Test
  void topicsFallToTheReadyReplicasByRendezvous() {
    driver.becomeReady();
    driver.receive(digest(true, 5));
    driver.follow(N2, THEIRS);
    assertThat(outbox.last(Answer.class).elsewhere()).isEqualTo(Map.of(THEIRS, R2));
    driver.operate(N1, add(entry(N1, 1, THEIRS, "ana")));
    driver.flush();
    assertThat(outbox.sent(Diff.class)).isEmpty();
    driver.receive(digest(false, 9));
    State taken = driver.follow(N2, THEIRS).states().get(0);
    assertThat(taken.entries()).containsExactly(entry(N1, 1, THEIRS, "ana"));
    assertThat(taken.position().epoch()).isEqualTo(new Epoch(10, R1));
    assertThat(epochOf(LOBBY)).isEqualTo(new Epoch(1, R1));
  }

  @Test
  void anOwnerPublishesUntilItHearsItsSuccessor() {
    driver.becomeReady();
    driver.follow(N2, THEIRS);
    driver.receive(digest(false, 0));
    driver.operate(N1, add(entry(N1, 1, THEIRS, "ana")));
    driver.flush();
    assertThat(outbox.sent(Diff.class)).hasSize(1);
    driver.operate(N1, add(entry(N1, 2, THEIRS, "bob")));
    driver.receive(digest(true, 0));
    assertThat(outbox.messages(Diff.class))
        .extracting(diff -> diff.position().number())
        .containsExactly(1L, 2L);
    driver.operate(N1, add(entry(N1, 3, THEIRS, "carl")));
    driver.flush();
    assertThat(outbox.sent(Diff.class)).hasSize(2);
  }

  @Test
  void aReplicaThatIsSilentOrLeftOwnsNothing() {
    driver.becomeReady();
    driver.receive(digest(true, 5));
    driver.pass(4_000, R1, R2, N1, N2);
    assertThat(driver.follow(N2, THEIRS).elsewhere()).containsKey(THEIRS);
    driver.pass(250, R1, R2, N1, N2);
    assertThat(driver.follow(N2, THEIRS).states()).hasSize(1);
    driver.receive(digest(true, 5));
    assertThat(driver.follow(N2, THEIRS).elsewhere()).containsKey(THEIRS);
    driver.replica.members(Set.of("m-r1", "m-n1", "m-n2"));
    driver.pass(250, R1, R2, N1, N2);
    assertThat(driver.follow(N2, THEIRS).states()).hasSize(1);
  }

  @Test
  void aReplicaThatWasAwayOwnsAgainInALaterEpoch() {
    driver.becomeReady();
    driver.follow(N2, LOBBY);
    driver.freeze(5_000);
    driver.operate(N1, add(ana(N1, 1)));
    driver.flush();
    assertThat(outbox.sent(Diff.class)).isEmpty();
    driver.receive(digest(true, 7));
    driver.pass(250, R1, R2, N1, N2);
    assertThat(epochOf(LOBBY)).isEqualTo(new Epoch(8, R1));
  }

  @Test
  void aLaterEpochThatAViewHasSeenRaisesTheOwn() {
    driver.becomeReady();
    driver.operate(N1, add(ana(N1, 1)));
    driver.flush();
    long digest = Roster.digest(ref(N1, 1));
    Position seen = new Position(new Epoch(6, R2), 40);
    Answer answer = driver.ask(N2, LOBBY, new Standing(seen, digest));
    Position raised = new Position(new Epoch(7, R1), 1);
    assertThat(answer.same()).isEqualTo(Map.of(LOBBY, raised));
    driver.operate(N1, add(ana(N1, 2)));
    driver.flush();
    assertThat(outbox.last(Diff.class).position()).isEqualTo(new Position(raised.epoch(), 2));
  }

  @Test
  void numbersAreNeverReusedForATopicThatEmptiesAndFills() {
    driver.becomeReady();
    driver.follow(N2, LOBBY);
    for (long clock = 1; clock <= 6; clock += 2) {
      driver.operate(N1, add(ana(N1, clock)));
      driver.flush();
      driver.operate(N1, remove(clock + 1, clock));
      driver.flush();
    }
    assertThat(outbox.messages(Diff.class))
        .extracting(diff -> diff.position().number())
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void oneThatCameAndWentWithinAWindowWasNeverThere() {
    driver.becomeReady();
    driver.follow(N2, LOBBY);
    driver.operate(N1, add(ana(N1, 1)), remove(2, 1));
    driver.flush();
    assertThat(outbox.sent(Diff.class)).isEmpty();
    assertThat(driver.replica.isPending()).isFalse();
  }

  @Test
  void twoUpdatesWithinAWindowAreOneDiffThatFollowsOnWhatWasPublished() {
    driver.becomeReady();
    driver.follow(N2, LOBBY);
    driver.operate(N1, add(ana(N1, 1)));
    driver.flush();
    driver.operate(N1, update(ana(N1, 2).after(ref(N1, 1))), update(ana(N1, 3).after(ref(N1, 2))));
    driver.flush();
    assertThat(outbox.messages(Diff.class)).hasSize(2);
    assertThat(outbox.last(Diff.class).joins()).containsExactly(ana(N1, 3).after(ref(N1, 1)));
    assertThat(outbox.last(Diff.class).leaves())
        .containsExactly(new Leave(ref(N1, 1), Reason.REPLACED, 2));
  }

  @Test
  void theFirstChangeIsToldAtOnceAndWhatFollowsAtTheEndOfTheWindow() {
    Driver windowed = new Driver(new Window.Bounds(10, 500));
    windowed.becomeReady();
    windowed.follow(N2, LOBBY);
    windowed.operate(N1, add(ana(N1, 1)));
    windowed.flush();
    assertThat(windowed.outbox.sent(Diff.class)).hasSize(1);
    assertThat(windowed.replica.isPending()).isFalse();
    windowed.operate(N1, add(ana(N1, 2)));
    windowed.now += 5;
    windowed.operate(N1, add(ana(N1, 3)));
    windowed.flush();
    assertThat(windowed.outbox.sent(Diff.class)).hasSize(1);
    assertThat(windowed.replica.isPending()).isTrue();
    windowed.now += 5;
    windowed.flush();
    assertThat(windowed.outbox.sent(Diff.class)).hasSize(2);
    assertThat(windowed.outbox.last(Diff.class).joins()).hasSize(2);
  }

  @Test
  void diffsFoldToTheListWhateverTheirSize() {
    driver.becomeReady();
    driver.follow(N2, LOBBY);
    String meta = "{\"a\":\"" + "x".repeat(1_000) + "\"}";
    for (int clock = 1; clock <= 200; clock++) {
      driver.operate(N1, add(new Entry(ref(N1, clock), null, LOBBY, "user" + clock, meta)));
    }
    driver.flush();
    driver.pass(4_000, R1, R2, N2);
    driver.beatOf(N1);
    driver.flush();
    List<Diff> diffs = outbox.messages(Diff.class);
    assertThat(diffs).hasSizeGreaterThan(6);
    Map<String, Entry> folded = new HashMap<>();
    long number = 0;
    for (Diff diff : diffs) {
      number++;
      assertThat(diff.position().number()).isEqualTo(number);
      diff.leaves().forEach(leave -> folded.values().removeIf(e -> e.ref().equals(leave.ref())));
      diff.joins().forEach(entry -> folded.put(entry.key(), entry));
      assertThat(folded.values().stream().mapToLong(e -> Roster.digest(e.ref())).sum())
          .isEqualTo(diff.digest());
    }
    assertThat(folded.values()).containsExactlyInAnyOrderElementsOf(driver.lobby());
  }

  @Test
  void whatIsTooMuchForOneTurnIsToldInSeveralAndHoldsUpNobody() {
    driver.becomeReady();
    driver.follow(N2, LOBBY);
    driver.follow(N2, "room:other");
    int crowd = 20_000;
    List<Operation> joins = new ArrayList<>();
    for (int clock = 1; clock <= crowd; clock++) {
      joins.add(add(entry(N1, clock, LOBBY, "user" + clock)));
    }
    joins.add(add(entry(N1, crowd + 1, "room:other", "ana")));
    driver.operate(N1, joins.toArray(Operation[]::new));
    driver.flush();
    assertThat(outbox.messages(Diff.class)).extracting(Diff::topic).contains("room:other");
    int turns = 1;
    while (driver.replica.isPending()) {
      driver.flush();
      turns++;
    }
    assertThat(turns).isBetween(4, 20);
    assertThat(outbox.messages(Diff.class).stream().mapToInt(diff -> diff.joins().size()).sum())
        .isEqualTo(crowd + 1);
    assertThat(driver.replica.answer(new Query(LOBBY, Query.Kind.COUNT, "", 0), driver.now).count())
        .isEqualTo(crowd);
  }

  @Test
  void aLargeNodeThatFallsSilentIsHiddenTurnByTurn() {
    driver.becomeReady();
    driver.follow(N2, LOBBY);
    int crowd = 10_000;
    List<Operation> joins = new ArrayList<>();
    for (int clock = 1; clock <= crowd; clock++) {
      joins.add(add(entry(N1, clock, LOBBY, "user" + clock)));
    }
    driver.operate(N1, joins.toArray(Operation[]::new));
    flushAll();
    outbox.clear();
    driver.pass(3_750, R1, R2, N2);
    driver.now += 250;
    driver.replica.members(Set.of("m-r1", "m-r2", "m-n2"));
    driver.tick();
    assertThat(driver.ask(N2, "room:other", Standing.NONE).clocks()).doesNotContainKey(N1);
    flushAll();
    assertThat(driver.ask(N2, "room:other", Standing.NONE).clocks())
        .containsEntry(N1, Long.MAX_VALUE);
    List<Leave> leaves =
        outbox.messages(Diff.class).stream().flatMap(diff -> diff.leaves().stream()).toList();
    assertThat(leaves).extracting(Leave::ref).doesNotHaveDuplicates().hasSize(crowd);
    assertThat(driver.replica.answer(new Query(LOBBY, Query.Kind.COUNT, "", 0), driver.now).count())
        .isZero();
  }

  @Test
  void anUpdateThatASnapshotTellsIsOneDiffHoweverLittleATurnDoes() {
    Driver slow = new Driver(3);
    slow.becomeReady();
    slow.follow(N2, LOBBY);
    List<Entry> updated = new ArrayList<>();
    for (int clock = 1; clock <= 20; clock++) {
      slow.operate(N1, add(entry(N1, clock, LOBBY, "user" + clock)));
      updated.add(entry(N1, 100 + clock, LOBBY, "user" + clock).after(ref(N1, clock)));
    }
    while (slow.replica.isPending()) {
      slow.flush();
    }
    slow.outbox.clear();
    slow.receive(new Snapshot(N1, N1, 200, 0, 1, updated));
    while (slow.replica.isPending()) {
      slow.flush();
    }
    assertThat(slow.outbox.messages(Diff.class))
        .hasSizeGreaterThan(3)
        .allSatisfy(diff -> assertThat(diff.joins()).hasSameSizeAs(diff.leaves()));
    assertThat(slow.lobby()).containsExactlyInAnyOrderElementsOf(updated);
  }

  @Test
  void ofANodeThatIsNotShownYetNothingIsSaidToBeKnown() {
    Driver slow = new Driver(3);
    slow.becomeReady();
    for (int clock = 1; clock <= 20; clock++) {
      slow.operate(N1, add(entry(N1, clock, LOBBY, "user" + clock)));
    }
    slow.pass(6_000, R1, R2, N2);
    slow.beatOf(N1);
    slow.operate(N1, add(entry(N1, 21, LOBBY, "new")));
    assertThat(slow.ask(N2, LOBBY, Standing.NONE).states().get(0).entries()).hasSizeLessThan(20);
    assertThat(slow.ask(N2, LOBBY, Standing.NONE).clocks()).doesNotContainKey(N1);
  }

  private void flushAll() {
    do {
      driver.flush();
    } while (driver.replica.isPending());
  }

  @Test
  void whoClosesPublishesWhatIsPendingAndThenHandsOver() {
    driver.becomeReady();
    driver.follow(N2, LOBBY);
    driver.operate(N1, add(ana(N1, 1)));
    driver.replica.close(driver.now);
    List<Sent> sent = outbox.sent(PresenceMessage.class);
    assertThat(sent.get(sent.size() - 3).message()).isInstanceOf(Diff.class);
    assertThat(outbox.last(Readiness.class).ready()).isFalse();
    driver.operate(N1, add(ana(N1, 2)));
    driver.flush();
    assertThat(outbox.sent(Diff.class)).hasSize(1);
    outbox.clear();
    driver.receive(new Ask(N2, R1, null, Map.of(LOBBY, Standing.NONE)));
    assertThat(outbox.sent(Answer.class)).isEmpty();
  }

  private Epoch epochOf(String topic) {
    return driver.follow(N2, topic).states().get(0).position().epoch();
  }
}

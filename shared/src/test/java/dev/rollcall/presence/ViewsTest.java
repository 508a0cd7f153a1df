package dev.rollcall.presence;

import static dev.rollcall.presence.Samples.N1;
import static dev.rollcall.presence.Samples.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.AskPiece;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.PresenceMessage.Unfollow;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ViewsTest {
  private static final NodeId SELF = new NodeId("me");
  private static final NodeId R1 = new NodeId("r1");
  private static final NodeId R2 = new NodeId("r2");
  private static final NodeId R3 = new NodeId("r3");
  private static final Set<String> ALL = Set.of("mr1", "mr2", "mr3");

  /** Owned by r1 as long as that is ready. */
  private static final String LOBBY = topic(R1, 0);

  private static final String ATTIC = topic(R1, 1);

  /** Owned by r2 as long as that is ready. */
  private static final String PORCH = topic(R2, 0);

  private static final Entry ANA = entry(N1, 1, "ana");
  private static final Entry BOB = entry(N1, 2, "bob");

  /** A message, and to whom it goes. */
  private record Sent(NodeId to, PresenceMessage message) {}

  private final List<Sent> sent = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final Views views = new Views(SELF, new Recorder());

  @Test
  void whoFollowsAsksTheOwner() {
    ready(0, R1, R2, R3);
    views.follow(LOBBY, 0);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY));
    views.follow(PORCH, 0);
    assertThat(drain()).containsExactly(ask(R2, null, PORCH));
    assertThat(views.size()).isEqualTo(2);
  }

  @Test
  void followingAgainChangesNothing() {
    ready(0, R1);
    views.follow(LOBBY, 0);
    View view = views.view(LOBBY);
    answer(R1, 0, state(LOBBY, at(R1, 1), ANA));
    drain();
    views.follow(LOBBY, 0);
    assertThat(views.view(LOBBY)).isSameAs(view);
    assertThat(drain()).isEmpty();
  }

  @Test
  void nobodyIsAskedUntilAReplicaIsReady() {
    views.members(ALL);
    views.follow(LOBBY, 0);
    views.tick(250);
    views.receive(new Readiness(R1, "mr1", false, Set.of()), 300);
    assertThat(drain()).isEmpty();
    assertThat(told).isEmpty();
    ready(400, R1);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY));
    assertThat(told).containsExactly("stale false");
  }

  @Test
  void listsAreStaleWhileNoReplicaIsReady() {
    known(R1, ANA);
    views.tick(4_000);
    assertThat(told).isEmpty();
    views.tick(4_001);
    views.tick(4_250);
    assertThat(told).containsExactly("stale true");
    assertThat(views.view(LOBBY).roster().all()).as("stays").containsExactly(ANA);
    ready(5_000, R1);
    assertThat(told).containsExactly("stale true", "stale false");
  }

  @Test
  void theListIsMadeKnownOnceAndThenItsChangesAre() {
    ready(0, R1);
    views.follow(LOBBY, 0);
    views.receive(diff(LOBBY, at(R1, 2), List.of(ANA, BOB), BOB), 0);
    told.clear();
    answer(R1, 0, state(LOBBY, at(R1, 1), ANA));
    assertThat(told).as("with what waited").containsExactly("known " + LOBBY);
    assertThat(views.view(LOBBY).roster().size()).isEqualTo(2);
    Entry eve = entry(N1, 3, "eve");
    views.receive(diff(LOBBY, at(R1, 3), List.of(ANA, BOB, eve), eve), 0);
    assertThat(told).containsExactly("known " + LOBBY, "changed " + LOBBY + " +[eve] -[]");
    assertThat(views.resyncs()).as("the first list is none").isZero();
  }

  @Test
  void oneQuestionAtATimeGoesToAnOwner() {
    ready(0, R1);
    views.follow(LOBBY, 0);
    drain();
    views.follow(ATTIC, 0);
    views.tick(250);
    assertThat(drain()).isEmpty();
    answer(R1, 300, state(LOBBY, at(R1, 1), ANA));
    assertThat(drain()).containsExactly(ask(R1, null, ATTIC));
  }

  @Test
  void oneQuestionNamesTwoHundredTopicsAndTheNextTheOthers() {
    views.members(ALL);
    for (int i = 0; i < 250; i++) {
      views.follow("topic" + i, 0);
    }
    ready(0, R1);
    Ask first = (Ask) drain().get(0).message();
    assertThat(first.topics()).hasSize(200);
    answer(R1, 0, first.topics().keySet().stream().map(t -> state(t, at(R1, 1))).toList());
    Ask second = (Ask) drain().get(0).message();
    assertThat(second.topics())
        .hasSize(50)
        .doesNotContainKeys(first.topics().keySet().toArray(new String[0]));
  }

  @Test
  void anOwnerThatDoesNotAnswerIsAskedThroughTheOthersInTurn() {
    ready(0, R1, R2, R3);
    views.follow(LOBBY, 0);
    drain();
    views.tick(999);
    assertThat(drain()).isEmpty();
    views.tick(1_000);
    assertThat(drain()).containsExactly(ask(R1, R2, LOBBY));
    views.tick(2_000);
    assertThat(drain()).containsExactly(ask(R1, R3, LOBBY));
    views.tick(3_000);
    assertThat(drain()).as("straight again").containsExactly(ask(R1, null, LOBBY));
  }

  @Test
  void anOwnerWithoutOthersIsAskedStraightAgain() {
    ready(0, R1);
    views.follow(LOBBY, 0);
    drain();
    views.tick(1_000);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY));
  }

  @Test
  void theWayAroundIsUsedForAMinuteAndForPiecesToo() {
    ready(0, R1, R2);
    views.follow(LOBBY, 0);
    views.tick(1_000);
    drain();
    answer(R1, 1_100, piece(0, 2, ANA));
    assertThat(drain())
        .containsExactly(new Sent(R2, new AskPiece(SELF, R1, R2, LOBBY, at(R1, 1), 1)));
    views.receive(piece(1, 2, BOB), 1_200);
    for (long nowMillis = 4_000; nowMillis < 61_000; nowMillis += 3_000) {
      ready(nowMillis, R1, R2);
    }
    views.tick(60_999);
    Standing standing = views.view(LOBBY).standing();
    assertThat(drain()).containsExactly(ask(R1, R2, LOBBY, standing));
    answer(R1, 60_999);
    views.tick(61_000);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY, standing));
  }

  @Test
  void aReplicaThatOnlyOthersHearIsAskedToo() {
    views.members(ALL);
    views.receive(new Readiness(R2, "mr2", true, Set.of(R1, R2)), 0);
    views.follow(LOBBY, 0);
    drain();
    views.tick(1_000);
    assertThat(drain()).containsExactly(ask(R1, R2, LOBBY));
  }

  @Test
  void whoDoesNotOwnATopicSaysSoAndIsAskedAgainWithTheNextTick() {
    ready(0, R1);
    views.follow(LOBBY, 0);
    drain();
    views.receive(new Answer(R1, Map.of(), List.of(), Map.of(), Map.of(LOBBY, R2)), 0);
    assertThat(drain()).as("the two do not agree yet").isEmpty();
    views.tick(250);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY));
  }

  @Test
  void theNewOwnerOfATopicIsAskedAtOnce() {
    known(R1, ANA);
    Standing standing = views.view(LOBBY).standing();
    ready(100, R2);
    views.receive(new Readiness(R1, "mr1", false, Set.of(R2)), 100);
    assertThat(drain()).containsExactly(ask(R2, null, LOBBY, standing));
    views.receive(new Answer(R2, Map.of(), List.of(), Map.of(LOBBY, at(R2, 7)), Map.of()), 110);
    assertThat(views.view(LOBBY).position()).isEqualTo(at(R2, 7));
    assertThat(told).isEmpty();
    assertThat(drain()).isEmpty();
  }

  @Test
  void theSameListIsNotMeantOnceItHasChanged() {
    known(R1, ANA);
    ready(100, R2);
    views.receive(new Readiness(R1, "mr1", false, Set.of(R2)), 100);
    drain();
    views.receive(diff(LOBBY, at(R1, 2), List.of(ANA, BOB), BOB), 105);
    views.receive(new Answer(R2, Map.of(), List.of(), Map.of(LOBBY, at(R2, 7)), Map.of()), 110);
    assertThat(views.view(LOBBY).position()).isEqualTo(at(R1, 2));
    assertThat(drain())
        .as("asked anew")
        .containsExactly(ask(R2, null, LOBBY, views.view(LOBBY).standing()));
  }

  @Test
  void aGapIsAskedForAtOnce() {
    known(R1, ANA);
    Standing standing = views.view(LOBBY).standing();
    views.receive(diff(LOBBY, at(R1, 3), List.of(ANA, BOB), BOB), 100);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY, standing));
    answer(R1, 110, state(LOBBY, at(R1, 3), ANA, BOB));
    assertThat(told).containsExactly("changed " + LOBBY + " +[bob] -[]");
    assertThat(views.resyncs()).isEqualTo(1);
    assertThat(drain()).isEmpty();
  }

  @Test
  void thePiecesOfAStateAreAskedForInTurn() {
    ready(0, R1);
    views.follow(LOBBY, 0);
    drain();
    answer(R1, 0, piece(0, 3, ANA));
    assertThat(drain()).containsExactly(askPiece(1));
    views.receive(piece(1, 3, BOB), 10);
    assertThat(drain()).containsExactly(askPiece(2));
    views.receive(piece(1, 3, BOB), 20);
    assertThat(drain()).as("repeated").isEmpty();
    assertThat(views.view(LOBBY).isKnown()).isFalse();
    Entry eve = entry(N1, 3, "eve");
    views.receive(piece(2, 3, eve), 30);
    assertThat(views.view(LOBBY).roster().all()).containsExactly(ANA, BOB, eve);
    assertThat(drain()).isEmpty();
  }

  @Test
  void aPieceThatIsLostIsAskedForAgainAndThenTheWholeList() {
    ready(0, R1);
    views.follow(LOBBY, 0);
    answer(R1, 0, piece(0, 3, ANA));
    drain();
    views.tick(499);
    assertThat(drain()).isEmpty();
    for (int again = 1; again <= 6; again++) {
      ready(again * 500L, R1);
      views.tick(again * 500L);
      assertThat(drain()).containsExactly(askPiece(1));
    }
    views.tick(3_500);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY));
  }

  @Test
  void aListThatIsUnderWayIsNotBegunAnew() {
    ready(0, R1);
    views.follow(LOBBY, 0);
    answer(R1, 0, piece(0, 3, ANA));
    drain();
    views.receive(piece(1, 3, BOB), 200);
    drain();
    views.tick(250);
    assertThat(drain()).isEmpty();
  }

  @Test
  void aPieceOfAnotherStateIsNoPartOfIt() {
    ready(0, R1);
    views.follow(LOBBY, 0);
    answer(R1, 0, piece(0, 2, ANA));
    drain();
    views.receive(new State(LOBBY, at(R1, 9), 0, 1, 2, List.of(BOB)), 0);
    assertThat(views.view(LOBBY).isKnown()).isFalse();
    assertThat(drain()).isEmpty();
  }

  @Test
  void whoFollowsNoMoreSaysSo() {
    known(R1, ANA);
    views.unfollow(LOBBY);
    assertThat(views.view(LOBBY)).isNull();
    views.tick(250);
    assertThat(drain()).containsExactly(new Sent(R1, new Unfollow(SELF, Set.of(LOBBY))));
    views.unfollow(LOBBY);
    views.tick(500);
    assertThat(drain()).as("once").isEmpty();
  }

  @Test
  void whoFollowsAgainAtOnceHasNotUnfollowed() {
    ready(0, R1);
    views.follow(LOBBY, 0);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY));
    views.unfollow(LOBBY);
    views.follow(LOBBY, 1);
    answer(R1, 2, state(LOBBY, at(R1, 1), ANA));
    views.receive(diff(LOBBY, at(R1, 2), List.of(ANA, BOB), BOB), 3);
    assertThat(views.view(LOBBY).roster().all()).containsExactlyInAnyOrder(ANA, BOB);
    views.tick(250);
    assertThat(drain()).noneMatch(one -> one.message() instanceof Unfollow);
  }

  @Test
  void anOwnerThatHasNothingToSayIsGivenTimeAndTheOthersAreChecked() {
    known(R1, ANA);
    views.follow(ATTIC, 0);
    drain();
    int asked = 0;
    for (int millis = 1; millis <= 100; millis++) {
      views.receive(new Answer(R1, Map.of(), List.of(), Map.of(), Map.of()), millis);
      asked += drain().size();
    }
    assertThat(asked).isLessThan(5);
    views.tick(110);
    views.receive(new Answer(R1, Map.of(), List.of(), Map.of(), Map.of()), 111);
    views.tick(120);
    assertThat(drain())
        .as("it is not waited for")
        .anyMatch(one -> one.message() instanceof Ask ask && ask.topics().containsKey(LOBBY));
  }

  @Test
  void aDiffThatNobodyFollowsIsAnsweredByThat() {
    ready(0, R1, R2);
    views.receive(diff(LOBBY, at(R2, 3), List.of(ANA), ANA), 0);
    views.tick(250);
    assertThat(drain()).containsExactly(new Sent(R2, new Unfollow(SELF, Set.of(LOBBY))));
    assertThat(told).containsExactly("stale false");
  }

  @Test
  void anAnswerThatNobodyFollowsIsDropped() {
    known(R1, ANA);
    views.unfollow(LOBBY);
    views.tick(250);
    drain();
    answer(R1, 0, state(LOBBY, at(R1, 2), ANA, BOB));
    views.receive(piece(1, 2, BOB), 0);
    views.receive(new Answer(R1, Map.of(), List.of(), Map.of(LOBBY, at(R1, 7)), Map.of()), 0);
    assertThat(told).isEmpty();
    assertThat(drain()).isEmpty();
  }

  @Test
  void quietTopicsAreCheckedWithinEightTicks() {
    ready(0, R1);
    Set<String> all = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      all.add("topic" + i);
      views.follow("topic" + i, 0);
      answer(R1, 0, state("topic" + i, at(R1, 1)));
    }
    drain();
    Set<String> checked = new HashSet<>();
    for (int tick = 1; tick <= 8; tick++) {
      views.tick(tick * 250L);
      for (Sent one : drain()) {
        Ask ask = (Ask) one.message();
        assertThat(ask.topics()).hasSizeLessThan(7);
        checked.addAll(ask.topics().keySet());
        answer(R1, tick * 250L);
      }
    }
    assertThat(checked).isEqualTo(all);
  }

  @Test
  void aQuestionThatIsLostCostsNoTopicItsTurn() {
    ready(0, R1);
    Set<String> unchecked = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      unchecked.add("topic" + i);
      views.follow("topic" + i, 0);
      answer(R1, 0, state("topic" + i, at(R1, 1)));
    }
    drain();
    for (int tick = 1; tick <= 10; tick++) {
      ready(tick * 250L, R1);
      views.tick(tick * 250L);
      for (Sent one : drain()) {
        unchecked.removeAll(((Ask) one.message()).topics().keySet());
        if (tick > 1) {
          answer(R1, tick * 250L);
        }
      }
    }
    assertThat(unchecked).isEmpty();
  }

  @Test
  void aCheckHealsWhatWasLostOnAQuietTopic() {
    known(R1, ANA);
    views.tick(250);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY, views.view(LOBBY).standing()));
    answer(R1, 260, state(LOBBY, at(R1, 2), BOB));
    assertThat(told).containsExactly("changed " + LOBBY + " +[bob] -[ana]");
  }

  @Test
  void aTopicThatIsPassedOverIsAskedForUntilItMustBeAnswered() {
    known(R1, ANA);
    Standing standing = views.view(LOBBY).standing();
    views.receive(diff(LOBBY, at(R1, 3), List.of(ANA, BOB), BOB), 0);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY, standing));
    answer(R1, 0);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY, standing));
    answer(R1, 0);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY, Standing.NONE));
  }

  @Test
  void anOwnerThatKnowsTooLittleIsAskedAgainOnlyAfterAWhile() {
    known(R1, ANA);
    ready(100, R2);
    views.receive(new Readiness(R1, "mr1", false, Set.of(R2)), 100);
    drain();
    Answer empty =
        new Answer(R2, Map.of(N1, 0L), List.of(state(LOBBY, at(R2, 0))), Map.of(), Map.of());
    views.receive(empty, 110);
    assertThat(views.view(LOBBY).roster().all()).as("stays").containsExactly(ANA);
    assertThat(drain()).as("what is under way takes its time").isEmpty();
    views.tick(350);
    assertThat(drain()).containsExactly(ask(R2, null, LOBBY, views.view(LOBBY).standing()));
  }

  @Test
  void anOwnerThatHidesThisNodeItselfIsAskedAgain() {
    Entry own = entry(SELF, 1, "own");
    known(R1, ANA, own);
    ready(100, R2);
    views.receive(new Readiness(R1, "mr1", false, Set.of(R2)), 100);
    drain();
    Map<NodeId, Long> clocks = Map.of(N1, View.HIDDEN, SELF, View.HIDDEN);
    State without = state(LOBBY, at(R2, 0));
    views.receive(new Answer(R2, clocks, List.of(without), Map.of(), Map.of()), 110);
    assertThat(views.view(LOBBY).roster().all()).as("who lives stays").containsExactly(own);
    views.tick(350);
    assertThat(drain()).containsExactly(ask(R2, null, LOBBY, views.view(LOBBY).standing()));
  }

  @Test
  void ofAReplicaThatIsGoneNoAnswerIsAwaited() {
    ready(0, R1, R2);
    views.follow(LOBBY, 0);
    drain();
    views.members(Set.of("mr2", "mr3"));
    views.receive(new Readiness(R2, "mr2", true, Set.of(R2)), 200);
    assertThat(drain()).containsExactly(ask(R2, null, LOBBY));
  }

  @Test
  void anOwnerThatIsReadyAgainHasForgottenWhoFollowsAndIsAsked() {
    known(R1, ANA);
    views.receive(new Readiness(R1, "mr1", false, Set.of()), 100);
    assertThat(drain()).isEmpty();
    ready(1_100, R1);
    assertThat(drain()).containsExactly(ask(R1, null, LOBBY, views.view(LOBBY).standing()));
    answer(R1, 1_110);
    assertThat(drain()).isEmpty();
  }

  @Test
  void anOwnerThatOwnsAgainBeforeTheOtherOneAnsweredIsAsked() {
    ready(0, R2);
    views.follow(LOBBY, 0);
    answer(R2, 0, state(LOBBY, at(R2, 1), ANA));
    drain();
    ready(100, R1, R2);
    assertThat(drain()).extracting(Sent::to).containsExactly(R1);
    views.receive(new Readiness(R1, "mr1", false, Set.of()), 200);
    assertThat(drain()).containsExactly(ask(R2, null, LOBBY, views.view(LOBBY).standing()));
  }

  @Test
  void theRestOfAListIsNotAwaitedOfAnOwnerThatIsReadyNoMore() {
    ready(0, R1, R2);
    views.follow(LOBBY, 0);
    views.receive(new Answer(R1, Map.of(), List.of(piece(0, 3, ANA)), Map.of(), Map.of()), 1);
    drain();
    views.receive(new Readiness(R1, "mr1", false, Set.of(R2)), 100);
    assertThat(drain()).containsExactly(ask(R2, null, LOBBY));
  }

  @Test
  void whoFollowsAgainAfterItWasToldToHaveUnfollowedAsksAgain() {
    ready(0, R1);
    views.follow(LOBBY, 0);
    views.unfollow(LOBBY);
    views.tick(250);
    views.follow(LOBBY, 260);
    drain();
    answer(R1, 300, state(LOBBY, at(R1, 1), ANA));
    assertThat(drain()).as("the owner's last word of it").containsExactly(ask(R1, null, LOBBY));
    answer(R1, 310, state(LOBBY, at(R1, 1), ANA));
    assertThat(views.view(LOBBY).roster().all()).containsExactly(ANA);
    assertThat(drain()).isEmpty();
  }

  @Test
  void manyThatAreUnfollowedTogetherAreSeveralMessages() {
    ready(0, R1);
    List<String> many = IntStream.range(0, 1_000).mapToObj(i -> "topic" + i).toList();
    many.forEach(topic -> views.follow(topic, 0));
    drain();
    many.forEach(views::unfollow);
    views.tick(250);
    Set<String> unfollowed = new HashSet<>();
    for (Sent one : drain()) {
      Unfollow word = (Unfollow) one.message();
      assertThat(word.topics()).hasSizeLessThanOrEqualTo(200);
      unfollowed.addAll(word.topics());
    }
    assertThat(unfollowed).containsExactlyInAnyOrderElementsOf(many);
  }

  private void ready(long nowMillis, NodeId... replicas) {
    views.members(ALL);
    for (NodeId replica : replicas) {
      views.receive(new Readiness(replica, "m" + replica, true, Set.of(replicas)), nowMillis);
    }
  }

  /** Follows the lobby with a list at number 1; what was sent and told so far is forgotten. */
  private void known(NodeId owner, Entry... entries) {
    ready(0, owner);
    views.follow(LOBBY, 0);
    Map<NodeId, Long> clocks = Map.of(N1, 5L);
    List<State> states = List.of(state(LOBBY, at(owner, 1), entries));
    views.receive(new Answer(owner, clocks, states, Map.of(), Map.of()), 0);
    sent.clear();
    told.clear();
  }

  private void answer(NodeId owner, long nowMillis, State... states) {
    answer(owner, nowMillis, List.of(states));
  }

  private void answer(NodeId owner, long nowMillis, List<State> states) {
    Map<NodeId, Long> clocks = Map.of(N1, 1_000L);
    views.receive(new Answer(owner, clocks, states, Map.of(), Map.of()), nowMillis);
  }

  private List<Sent> drain() {
    List<Sent> now = List.copyOf(sent);
    sent.clear();
    return now;
  }

  private static Sent ask(NodeId owner, NodeId via, String topic) {
    return ask(owner, via, topic, Standing.NONE);
  }

  private static Sent ask(NodeId owner, NodeId via, String topic, Standing standing) {
    Ask ask = new Ask(SELF, owner, via, Map.of(topic, standing));
    return new Sent(via == null ? owner : via, ask);
  }

  private static Sent askPiece(int index) {
    return new Sent(R1, new AskPiece(SELF, R1, null, LOBBY, at(R1, 1), index));
  }

  private static State state(String topic, Position at, Entry... entries) {
    return new State(topic, at, digest(List.of(entries)), 0, 1, List.of(entries));
  }

  private static State piece(int index, int pieces, Entry entry) {
    return new State(LOBBY, at(R1, 1), 0, index, pieces, List.of(entry));
  }

  /** A diff after which the list is the one given. */
  private static Diff diff(String topic, Position at, List<Entry> after, Entry join) {
    return new Diff(topic, at, digest(after), List.of(join), List.of());
  }

  private static long digest(List<Entry> entries) {
    return entries.stream().mapToLong(entry -> Roster.digest(entry.ref())).sum();
  }

  /** Each replica in an epoch of its own, r1 in the first. */
  private static Position at(NodeId replica, long number) {
    return new Position(new Epoch(replica.value().charAt(1) - '0', replica), number);
  }

  private static String topic(NodeId owner, int which) {
    return IntStream.range(0, 1_000)
        .mapToObj(number -> "room:" + number)
        .filter(
            topic ->
                Ownership.owner(Ownership.partition(topic), Set.of(R1, R2, R3))
                    .filter(owner::equals)
                    .isPresent())
        .skip(which)
        .findFirst()
        .orElseThrow();
  }

  private final class Recorder implements Views.Outbox {
    @Override
    public void toReplica(NodeId replica, PresenceMessage message) {
      sent.add(new Sent(replica, message));
    }

    @Override
    public void known(String topic) {
      told.add("known " + topic);
    }

    @Override
    public void changed(String topic, View.Change change) {
      List<String> joins = change.joins().stream().map(Entry::key).toList();
      List<String> leaves = change.leaves().stream().map(left -> left.entry().key()).toList();
      told.add("changed " + topic + " +" + joins + " -" + leaves);
    }

    @Override
    public void stale(boolean stale) {
      told.add("stale " + stale);
    }
  }
}

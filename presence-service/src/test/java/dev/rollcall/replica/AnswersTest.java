package dev.rollcall.replica;

import static dev.rollcall.replica.Samples.LOBBY;
import static dev.rollcall.replica.Samples.N1;
import static dev.rollcall.replica.Samples.N2;
import static dev.rollcall.replica.Samples.R1;
import static dev.rollcall.replica.Samples.R2;
import static dev.rollcall.replica.Samples.THEIRS;
import static dev.rollcall.replica.Samples.ana;
import static dev.rollcall.replica.Samples.entry;
import static dev.rollcall.replica.Samples.ref;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Epoch;
import dev.rollcall.presence.Pieces;
import dev.rollcall.presence.Position;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.AskPiece;
import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.PresenceMessage.Result;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Roster;
import dev.rollcall.presence.Standing;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private static final Epoch EPOCH = new Epoch(1, R1);
  private static final Map<NodeId, Long> CLOCKS = Map.of(N1, 9L, N2, 4L);

  private final Topics topics = new Topics(new Window.Bounds(0, 0), old -> {}, ref -> false);
  private final Owner owner = new Owner(R1);
  private final Answers answers = new Answers(R1, topics, owner);
  private Set<NodeId> ready = Set.of(R1);

  AnswersTest() {
    owner.divideAmong(ready);
  }

  @Test
  void whoHasNothingGetsTheWholeListAndHowFarTheOwnerHasCome() {
    publish(ana(N1, 1));
    Answer answer = ask(LOBBY, Standing.NONE);
    assertThat(answer.owner()).isEqualTo(R1);
    assertThat(answer.clocks()).isEqualTo(CLOCKS);
    assertThat(answer.states())
        .containsExactly(
            new State(
                LOBBY,
                new Position(EPOCH, 1),
                topics.published(LOBBY).digest(),
                0,
                1,
                List.of(ana(N1, 1))));
  }

  @Test
  void theListOfATopicOnWhichNobodyIsIsEmpty() {
    assertThat(ask(LOBBY, Standing.NONE).states())
        .containsExactly(new State(LOBBY, new Position(EPOCH, 0), 0, 0, 1, List.of()));
  }

  @Test
  void nothingIsSaidOfATopicThatStandsAsAsked() {
    publish(ana(N1, 1));
    Answer answer = ask(LOBBY, standing(EPOCH, 1));
    assertThat(answer).isEqualTo(new Answer(R1, Map.of(), List.of(), Map.of(), Map.of()));
  }

  @Test
  void aListThatIsRightButStandsElsewhereIsToldItsPosition() {
    publish(ana(N1, 1));
    Answer answer = ask(LOBBY, standing(new Epoch(0, R2), 12));
    assertThat(answer.states()).isEmpty();
    assertThat(answer.same()).containsExactly(Map.entry(LOBBY, new Position(EPOCH, 1)));
  }

  @Test
  void aListThatDiffersIsGivenWhereverItStands() {
    publish(ana(N1, 1));
    for (long number : new long[] {0, 1, 7}) {
      Standing wrong = new Standing(new Position(EPOCH, number), 42);
      assertThat(ask(LOBBY, wrong).states()).hasSize(1);
    }
  }

  @Test
  void anOpenWindowIsNeverInAnAnswer() {
    publish(ana(N1, 1));
    Standing before = standing(EPOCH, 1);
    topics.show(ana(N1, 2));
    topics.hide(ana(N1, 1), Reason.CLOSED, 3);
    State state = ask(LOBBY, Standing.NONE).states().get(0);
    assertThat(state.position()).isEqualTo(new Position(EPOCH, 1));
    assertThat(state.entries()).containsExactly(ana(N1, 1));
    assertThat(state.digest()).isEqualTo(before.digest());
    assertThat(ask(LOBBY, before).states()).isEmpty();
    assertThat(query(Query.Kind.GET, "ana", 0).entries()).containsExactly(ana(N1, 1));
  }

  @Test
  void whatIsInAnOpenWindowIsNotSaidToBeKnown() {
    publish(ana(N1, 1));
    topics.show(ana(N1, 8));
    assertThat(ask(LOBBY, Standing.NONE).clocks()).isEqualTo(Map.of(N1, 7L, N2, 4L));
    topics.show(ana(N2, 3));
    assertThat(ask(LOBBY, Standing.NONE).clocks()).isEqualTo(Map.of(N1, 7L, N2, 2L));
    topics.endWindow(LOBBY, Integer.MAX_VALUE, 0);
    assertThat(ask(LOBBY, Standing.NONE).clocks()).isEqualTo(CLOCKS);
  }

  @Test
  void theOwnerOfATopicThatIsNotOwnedHereIsNamed() {
    ready = Set.of(R1, R2);
    owner.divideAmong(ready);
    Answer answer = ask(THEIRS, Standing.NONE);
    assertThat(answer.states()).isEmpty();
    assertThat(answer.elsewhere()).containsExactly(Map.entry(THEIRS, R2));
  }

  @Test
  void whereNobodyIsReadyNoOwnerIsNamed() {
    ready = Set.of();
    owner.divideAmong(ready);
    assertThat(ask(LOBBY, Standing.NONE))
        .isEqualTo(new Answer(R1, Map.of(), List.of(), Map.of(), Map.of()));
  }

  @Test
  void aBigListComesInPiecesThatCanBeAskedForAgain() {
    fill(LOBBY, 200);
    State first = ask(LOBBY, Standing.NONE).states().get(0);
    assertThat(first.pieces()).isGreaterThan(3);
    topics.show(ana(N1, 999));
    topics.endWindow(LOBBY, Integer.MAX_VALUE, 0);
    List<Entry> whole = new ArrayList<>(first.entries());
    for (int index = 1; index < first.pieces(); index++) {
      State piece = piece(first.position(), index);
      assertThat(piece(first.position(), index)).isEqualTo(piece);
      assertThat(piece.digest()).isEqualTo(first.digest());
      whole.addAll(piece.entries());
    }
    assertThat(whole).hasSize(200).doesNotHaveDuplicates().doesNotContain(ana(N1, 999));
    assertThat(whole).allSatisfy(e -> assertThat(e.weight()).isLessThan(Pieces.PIECE_BYTES));
  }

  @Test
  void whoBeginsLaterDoesNotTakeTheListFromWhoIsReading() {
    fill(LOBBY, 200);
    State first = ask(LOBBY, Standing.NONE).states().get(0);
    topics.show(ana(N1, 999));
    topics.endWindow(LOBBY, Integer.MAX_VALUE, 0);
    State later = ask(LOBBY, Standing.NONE).states().get(0);
    assertThat(later.position()).isGreaterThan(first.position());
    assertThat(piece(first.position(), 1).digest()).isEqualTo(first.digest());
    assertThat(piece(later.position(), 1).digest()).isEqualTo(later.digest());
  }

  @Test
  void whoIsReadingKeepsTheListHoweverManyAreRead() {
    fill(LOBBY, 200);
    Position oldest = ask(LOBBY, Standing.NONE).states().get(0).position();
    for (int i = 0; i < 100; i++) {
      topics.show(ana(N1, 1_000 + i));
      topics.endWindow(LOBBY, Integer.MAX_VALUE, 0);
      ask(LOBBY, Standing.NONE);
    }
    assertThat(answers.to(askPiece(oldest, 1), 0)).isPresent();
  }

  @Test
  void onlySoManyEntriesAreKeptForReaders() {
    fill(LOBBY, 200);
    States states = new States(500);
    Roster roster = topics.published(LOBBY);
    for (int number = 1; number <= 3; number++) {
      states.first(LOBBY, new Position(EPOCH, number), roster, 0);
    }
    assertThat(states.piece(LOBBY, new Position(EPOCH, 1), 1, 0)).isEmpty();
    assertThat(states.piece(LOBBY, new Position(EPOCH, 2), 1, 0)).isPresent();
    assertThat(states.piece(LOBBY, new Position(EPOCH, 3), 1, 0)).isPresent();
    States tooSmall = new States(100);
    tooSmall.first(LOBBY, new Position(EPOCH, 1), roster, 0);
    assertThat(tooSmall.piece(LOBBY, new Position(EPOCH, 1), 1, 0)).isPresent();
  }

  @Test
  void piecesOfAListThatIsNotKeptAreNotAnswered() {
    fill(LOBBY, 200);
    Position at = ask(LOBBY, Standing.NONE).states().get(0).position();
    assertThat(answers.to(askPiece(new Position(EPOCH, 77), 1), 0)).isEmpty();
    assertThat(answers.to(askPiece(at, 1_000), 0)).isEmpty();
    answers.tick(9_999);
    assertThat(answers.to(askPiece(at, 1), 9_999)).isPresent();
    answers.tick(19_998);
    assertThat(answers.to(askPiece(at, 1), 19_998)).isPresent();
    answers.tick(29_998);
    assertThat(answers.to(askPiece(at, 1), 29_998)).isEmpty();
  }

  @Test
  void anAnswerIsBoundedAndTheRestIsAskedForAgain() {
    Map<String, Standing> asked = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      fill("room:big" + i, 10);
      asked.put("room:big" + i, Standing.NONE);
    }
    Set<String> answered = new HashSet<>();
    int questions = 0;
    while (!asked.isEmpty()) {
      Answer answer = answers.to(new Ask(N2, R1, null, asked), ready, () -> CLOCKS, 0);
      assertThat(answer.states()).isNotEmpty();
      assertThat(weight(answer)).isLessThan(2 * Pieces.PIECE_BYTES);
      for (State state : answer.states()) {
        assertThat(answered.add(state.topic())).isTrue();
        asked.remove(state.topic());
      }
      questions++;
    }
    assertThat(questions).isBetween(3, 15);
  }

  @Test
  void keysAreCounted() {
    publish(ana(N1, 1));
    publish(ana(N2, 1));
    publish(entry(N1, 2, LOBBY, "bob"));
    assertThat(query(Query.Kind.COUNT, "", 0)).isEqualTo(new Result(2, List.of(), false));
    assertThat(answers.to(new Query("room:empty", Query.Kind.COUNT, "", 0)).count()).isZero();
  }

  @Test
  void oneKeyIsGotWithAllItsMetas() {
    publish(ana(N1, 1));
    publish(ana(N2, 1));
    publish(entry(N1, 2, LOBBY, "bob"));
    Result result = query(Query.Kind.GET, "ana", 0);
    assertThat(result.entries()).containsExactlyInAnyOrder(ana(N1, 1), ana(N2, 1));
    assertThat(result.more()).isFalse();
    assertThat(query(Query.Kind.GET, "eve", 0).entries()).isEmpty();
  }

  @Test
  void pagesFollowOneAnotherInTheOrderOfTheKeys() {
    for (String key : List.of("dan", "ana", "carl", "bob", "eve")) {
      publish(entry(N1, key.charAt(0), LOBBY, key));
    }
    Result first = query(Query.Kind.PAGE, "", 2);
    assertThat(first.entries()).extracting(Entry::key).containsExactly("ana", "bob");
    assertThat(first.more()).isTrue();
    assertThat(first.count()).isEqualTo(5);
    Result second = query(Query.Kind.PAGE, "bob", 2);
    assertThat(second.entries()).extracting(Entry::key).containsExactly("carl", "dan");
    Result last = query(Query.Kind.PAGE, "dan", 2);
    assertThat(last.entries()).extracting(Entry::key).containsExactly("eve");
    assertThat(last.more()).isFalse();
    assertThat(query(Query.Kind.PAGE, "eve", 2)).isEqualTo(new Result(5, List.of(), false));
  }

  private void publish(Entry entry) {
    topics.show(entry);
    topics.endWindow(entry.topic(), Integer.MAX_VALUE, 0);
  }

  /** Fills a topic with entries of a kilobyte each. */
  private void fill(String topic, int count) {
    String meta = "{\"a\":\"" + "x".repeat(1_000) + "\"}";
    for (int i = 1; i <= count; i++) {
      topics.show(new Entry(ref(N1, i), null, topic, "user" + i, meta));
    }
    topics.endWindow(topic, Integer.MAX_VALUE, 0);
  }

  private Standing standing(Epoch epoch, long number) {
    return new Standing(new Position(epoch, number), topics.published(LOBBY).digest());
  }

  private Answer ask(String topic, Standing standing) {
    return answers.to(new Ask(N2, R1, null, Map.of(topic, standing)), ready, () -> CLOCKS, 0);
  }

  private State piece(Position at, int index) {
    return answers.to(askPiece(at, index), 0).orElseThrow();
  }

  private static AskPiece askPiece(Position at, int index) {
    return new AskPiece(N2, R1, null, LOBBY, at, index);
  }

  private Result query(Query.Kind kind, String key, int limit) {
    return answers.to(new Query(LOBBY, kind, key, limit));
  }

  private static int weight(Answer answer) {
    return answer.states().stream()
        .flatMap(state -> state.entries().stream())
        .mapToInt(Entry::weight)
        .sum();
  }
}

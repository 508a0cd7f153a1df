package dev.rollcall.chat;

import static dev.rollcall.chat.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.rollcall.pubsub.Message;
import dev.rollcall.trace.Trace;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MessagesTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final Room LOBBY = new Room("lobby");
  private static final Room TEA = new Room("tea");

  private Messages messages;
  private Heard heard;

  @BeforeEach
  void open() {
    messages = SERVER.instance().messages();
    heard =
        new Heard(SERVER.pubSub(), "room:lobby", "room:tea", "user:Ana", "user:Bob", "user:Cyd");
  }

  @AfterEach
  void close() {
    heard.close();
  }

  @Test
  void aMessageIsStoredAsItWasPosted() throws Exception {
    String text = "hi 😀\n'; DROP TABLE messages; --";

    StoredMessage stored = store(message(LOBBY, "Ana", text, "c-1"));

    assertThat(stored.json().getString("sent_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(stored.text()).isEqualTo(text);
    assertThat(stored.number()).isEqualTo(1);
    assertThat(list(LOBBY).messages()).containsExactly(stored);
    heard.next("new_message", stored.json());
  }

  @Test
  void aRepeatedClientIdFindsTheFirstAndAnnouncesNothing() throws Exception {
    StoredMessage first = store(message(LOBBY, "Ana", "hi", "c-1"));
    assertThat(store(message(LOBBY, "Ana", "hi", "c-1"))).isEqualTo(first);
    StoredMessage second = store(message(LOBBY, "Ana", "ho", "c-2"));

    assertThat(second.number()).isEqualTo(2);
    assertThat(list(LOBBY).messages()).containsExactly(first, second);
    heard.next("new_message", first.json());
    heard.next("new_message", second.json());
  }

  @Test
  void aClientIdIsItsUsersOwn() throws Exception {
    store(message(LOBBY, "Ana", "hi", "c-1"));
    store(message(LOBBY, "Bob", "hi", "c-1"));

    assertThat(list(LOBBY).messages())
        .extracting(StoredMessage::user)
        .containsExactly("Ana", "Bob");
  }

  @Test
  void messagesOfOneBatchBelongEachToItsOwnTrace() throws Exception {
    Trace ana = new Trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    Trace bob = new Trace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
    result(
        messages.store(
            List.of(
                new NewMessage(LOBBY, "Ana", new Text("@Cyd"), "a", Optional.of(ana)),
                message(LOBBY, "Zoe", "none", "z"),
                new NewMessage(LOBBY, "Bob", new Text("hi"), "b", Optional.of(bob)))));
    assertThat(heard.next(4))
        .extracting(Message::event, Message::trace)
        .containsExactly(
            tuple("new_message", Optional.of(ana)),
            tuple("mentioned", Optional.of(ana)),
            tuple("new_message", Optional.empty()),
            tuple("new_message", Optional.of(bob)));
  }

  @Test
  void aBatchIsNumberedInItsOrderRoomByRoom() throws Exception {
    result(
        messages.store(
            List.of(
                message(TEA, "Zoe", "1", "z"),
                message(LOBBY, "Zoe", "1", "y"),
                message(TEA, "Ana", "2", "b"),
                message(TEA, "Ana", "3", "a"),
                message(LOBBY, "Bob", "2", "x"))));
    result(messages.store(List.of(message(TEA, "Ana", "4", "c"))));

    assertThat(texts(list(TEA))).containsExactly("1", "2", "3", "4");
    assertThat(texts(list(LOBBY))).containsExactly("1", "2");
    for (Room room : List.of(TEA, LOBBY)) {
      List<StoredMessage> all = list(room).messages();
      assertThat(all)
          .allSatisfy(each -> assertThat(each.text()).isEqualTo("" + each.number()))
          .isSortedAccordingTo((a, b) -> Long.compare(a.id(), b.id()));
    }
    List<Message> announced = heard.next(6);
    assertThat(announced.stream().filter(each -> each.topic().equals("room:tea")))
        .extracting(each -> each.payload().getLong("number"))
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void aClientIdTwiceInOneBatchIsStoredOnce() throws Exception {
    NewMessage hi = message(LOBBY, "Ana", "hi", "c-1");
    NewMessage other = message(TEA, "Ana", "other", "c-1");
    NewMessage next = message(LOBBY, "Ana", "next", "c-2");

    Map<PostId, StoredMessage> stored = result(messages.store(List.of(hi, hi, other, next)));

    assertThat(stored).hasSize(2);
    StoredMessage first = stored.get(hi.postId());
    assertThat(hi.isStoredAs(first)).isTrue();
    assertThat(other.isStoredAs(first)).isFalse();
    assertThat(list(LOBBY).messages()).containsExactly(first, stored.get(next.postId()));
    assertThat(stored.get(next.postId()).number()).isEqualTo(2);
    assertThat(list(TEA).messages()).isEmpty();
  }

  @Test
  void whatIsStoredAlreadyTakesNoNumberInABatch() throws Exception {
    store(message(LOBBY, "Ana", "1", "c-1"));

    result(
        messages.store(
            List.of(message(LOBBY, "Ana", "1", "c-1"), message(LOBBY, "Ana", "2", "c-2"))));

    assertThat(numbers(list(LOBBY))).containsExactly(1L, 2L);
  }

  @Test
  void theSameMessageAtTheSameMomentOnTwoInstancesIsStoredOnce() throws Exception {
    TestServer.Instance other = SERVER.another();
    for (int round = 0; round < 10; round++) {
      List<Future<Map<PostId, StoredMessage>>> posts = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        List<NewMessage> message = List.of(message(LOBBY, "Ana", "hi", "c-" + round + "-" + i));
        posts.add(messages.store(message));
        posts.add(other.messages().store(message));
      }
      for (int i = 0; i < posts.size(); i += 2) {
        assertThat(result(posts.get(i))).isEqualTo(result(posts.get(i + 1)));
      }
    }
    result(other.database().close());

    assertThat(allNumbers(LOBBY)).containsExactlyElementsOf(range(1, 40));
    assertThat(heard.next(40)).extracting(each -> each.payload().getLong("number")).hasSize(40);
    SERVER.settle();
    assertThat(heard.isEmpty()).isTrue();
  }

  /** Batches that name the same rooms and client ids in opposite orders would wait crosswise. */
  @Test
  void twoInstancesPostCrosswiseWithoutADeadlock() throws Exception {
    TestServer.Instance other = SERVER.another();
    long deadlocksBefore = SERVER.deadlocks();
    for (int round = 0; round < 15; round++) {
      List<Future<?>> posts = new ArrayList<>();
      for (int batch = 0; batch < 4; batch++) {
        List<NewMessage> mine = crosswise("room", round + "-" + batch);
        List<NewMessage> reversed = new ArrayList<>(mine);
        Collections.reverse(reversed);
        posts.add(messages.store(mine));
        posts.add(other.messages().store(reversed));
      }
      for (Future<?> post : posts) {
        result(post);
      }
    }
    result(other.database().close());

    for (int room = 0; room < 7; room++) {
      List<Long> numbers = allNumbers(new Room("room-" + room));
      assertThat(numbers).containsExactlyElementsOf(range(1, numbers.size()));
    }
    assertThat(SERVER.count("SELECT count(*) FROM messages")).isEqualTo(15 * 4 * 20);
    assertThat(SERVER.deadlocks()).isEqualTo(deadlocksBefore);
  }

  /**
   * Here no lock on a room keeps them apart: one of two fails, since its ids are used elsewhere.
   */
  @Test
  void clientIdsOfOtherRoomsCrosswiseAreNoDeadlockEither() throws Exception {
    TestServer.Instance other = SERVER.another();
    long deadlocksBefore = SERVER.deadlocks();
    int stored = 0;
    for (int round = 0; round < 30; round++) {
      List<NewMessage> mine = crosswise("here", "c-" + round);
      List<NewMessage> reversed = new ArrayList<>(crosswise("there", "c-" + round));
      Collections.reverse(reversed);
      Future<?> first = messages.store(mine);
      Future<?> second = other.messages().store(reversed);
      result(Future.join(first, second).otherwiseEmpty());
      stored += first.succeeded() || second.succeeded() ? 1 : 0;
    }
    result(other.database().close());

    assertThat(stored).isEqualTo(30);
    assertThat(SERVER.count("SELECT count(*) FROM messages")).isEqualTo(30 * 20);
    assertThat(SERVER.deadlocks()).isEqualTo(deadlocksBefore);
  }

  @Test
  void aFailureLeavesNoHoleAndAnnouncesNothing() throws Exception {
    store(message(LOBBY, "Ana", "1", "c-1"));
    SERVER.run("ALTER TABLE messages ADD CONSTRAINT no_bad CHECK (text <> 'bad')");
    try {
      List<NewMessage> batch =
          List.of(message(LOBBY, "Ana", "good", "c-2"), message(TEA, "Ana", "bad", "c-3"));
      assertThatThrownBy(() -> result(messages.store(batch)))
          .cause()
          .hasMessageContaining("no_bad");
    } finally {
      SERVER.run("ALTER TABLE messages DROP CONSTRAINT no_bad");
    }
    StoredMessage second = store(message(LOBBY, "Ana", "2", "c-4"));

    assertThat(numbers(list(LOBBY))).containsExactly(1L, 2L);
    assertThat(SERVER.count("SELECT count(*) FROM rooms WHERE name = 'tea'")).isZero();
    assertThat(heard.next().payload().getString("text")).isEqualTo("1");
    heard.next("new_message", second.json());
    SERVER.settle();
    assertThat(heard.isEmpty()).isTrue();
  }

  @Test
  void numbersAreInTheOrderOfTheTimes() throws Exception {
    TestServer.Instance other = SERVER.another();
    for (int round = 0; round < 15; round++) {
      List<Future<?>> posts = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String clientId = round + "-" + i;
        posts.add(messages.store(List.of(message(LOBBY, "Ana", "hi", clientId))));
        posts.add(other.messages().store(List.of(message(LOBBY, "Bob", "hi", clientId))));
      }
      for (Future<?> post : posts) {
        result(post);
      }
    }
    result(other.database().close());

    assertThat(
            SERVER.count(
                """
            SELECT count(*) FROM messages a JOIN messages b ON b.number = a.number + 1
            WHERE b.sent_at < a.sent_at OR b.id < a.id
            """))
        .isZero();
    assertThat(allNumbers(LOBBY)).containsExactlyElementsOf(range(1, 120));
  }

  @Test
  void aRoomShowsItsOwnMessagesAlone() throws Exception {
    store(message(new Room("lobby-2"), "Ana", "hi", "c-1"));

    assertThat(list(LOBBY)).isEqualTo(new Page(List.of(), false));
  }

  @Test
  void exactlyOnePageHasNoMore() throws Exception {
    post(50);

    assertThat(list(LOBBY).messages()).hasSize(50);
    assertThat(list(LOBBY).more()).isFalse();
  }

  @Test
  void pagesLeadFromTheNewestToTheOldest() throws Exception {
    post(101);

    Page newest = list(LOBBY);
    Page middle = page(51, 50);
    Page oldest = page(1 + 1, 50);

    assertThat(numbers(newest)).isEqualTo(range(52, 101));
    assertThat(newest.more()).isTrue();
    assertThat(numbers(middle)).isEqualTo(range(1, 50));
    assertThat(middle.more()).isFalse();
    assertThat(numbers(oldest)).isEqualTo(range(1, 1));
    assertThat(numbers(page(52, 3))).isEqualTo(range(49, 51));
    assertThat(page(52, 3).more()).isTrue();
  }

  @Test
  void theAuthorEditsAMessage() throws Exception {
    StoredMessage stored = store(message(LOBBY, "Ana", "helo", "c-1"));

    StoredMessage edited = edit("Ana", "hello");

    assertThat(edited.text()).isEqualTo("hello");
    assertThat(edited.editedAt()).isAfterOrEqualTo(edited.sentAt());
    assertThat(edited.id()).isEqualTo(stored.id());
    assertThat(list(LOBBY).messages()).containsExactly(edited);
    heard.next("new_message", stored.json());
    heard.next("message_edited", edited.json());
  }

  @Test
  void anEditThatComesAgainChangesNothing() throws Exception {
    store(message(LOBBY, "Ana", "helo", "c-1"));
    StoredMessage edited = edit("Ana", "hello");

    assertThat(edit("Ana", "hello")).isEqualTo(edited);

    assertThat(heard.next(2)).extracting(Message::event).contains("message_edited");
    SERVER.settle();
    assertThat(heard.isEmpty()).isTrue();
  }

  @Test
  void theAuthorDeletesAMessageAndATombstoneStays() throws Exception {
    store(message(LOBBY, "Ana", "oops", "c-1"));
    store(message(LOBBY, "Ana", "fine", "c-2"));

    StoredMessage deleted = delete("Ana");

    assertThat(deleted.deletedAt()).isAfterOrEqualTo(deleted.sentAt());
    assertThat(deleted.json().containsKey("text")).isFalse();
    assertThat(list(LOBBY).messages()).first().isEqualTo(deleted);
    assertThat(numbers(list(LOBBY))).containsExactly(1L, 2L);
    assertThat(SERVER.count("SELECT count(*) FROM messages WHERE text = 'oops'")).isZero();
    heard.next(2);
    heard.next("message_deleted", deleted.deletion());
  }

  @Test
  void aDeletionThatComesAgainChangesNothing() throws Exception {
    store(message(LOBBY, "Ana", "oops", "c-1"));
    StoredMessage deleted = delete("Ana");

    assertThat(delete("Ana")).isEqualTo(deleted);

    heard.next(2);
    SERVER.settle();
    assertThat(heard.isEmpty()).isTrue();
  }

  @Test
  void nobodyElseChangesAMessageNorWhatIsNotThere() throws Exception {
    StoredMessage stored = store(message(LOBBY, "Ana", "mine", "c-1"));

    assertRejected(() -> edit("Bob", "yours"), Rejection.NOT_THE_AUTHOR);
    assertRejected(() -> delete("Bob"), Rejection.NOT_THE_AUTHOR);
    Place none = new Place(LOBBY, 2);
    assertRejected(
        () -> result(messages.edit(none, "Ana", new Text("?"))), Rejection.UNKNOWN_MESSAGE);
    assertRejected(() -> result(messages.delete(none, "Ana")), Rejection.UNKNOWN_MESSAGE);
    assertRejected(
        () -> result(messages.delete(new Place(TEA, 1), "Ana")), Rejection.UNKNOWN_MESSAGE);
    assertThat(list(LOBBY).messages()).containsExactly(stored);
  }

  @Test
  void whatIsDeletedCanNotBeEdited() throws Exception {
    store(message(LOBBY, "Ana", "oops", "c-1"));
    delete("Ana");

    assertRejected(() -> edit("Ana", "better"), Rejection.MESSAGE_DELETED);
    assertRejected(() -> edit("Bob", "better"), Rejection.NOT_THE_AUTHOR);
  }

  @Test
  void aPostThatComesAgainFindsTheMessageThoughItWasChangedMeanwhile() throws Exception {
    NewMessage message = message(LOBBY, "Ana", "helo", "c-1");
    store(message);
    StoredMessage edited = edit("Ana", "hello");
    assertThat(store(message)).isEqualTo(edited);
    assertThat(message.isStoredAs(edited)).isTrue();

    StoredMessage deleted = delete("Ana");
    assertThat(store(message)).isEqualTo(deleted);
    assertThat(message.isStoredAs(deleted)).isTrue();
    assertThat(message(TEA, "Ana", "helo", "c-1").isStoredAs(deleted)).isFalse();
  }

  @Test
  void aClientIdThatIsUsedElsewhereAtTheSameMomentIsRefused() throws Exception {
    TestServer.Instance other = SERVER.another();
    for (int i = 0; i < 30; i++) {
      NewMessage here = message(LOBBY, "Ana", "hi", "c-" + i);
      NewMessage there = message(TEA, "Ana", "hi", "c-" + i);
      Future<StoredMessage> first = new Posts(messages::store).post(here);
      Future<StoredMessage> second = new Posts(other.messages()::store).post(there);
      result(Future.join(first, second).otherwiseEmpty());
      assertThat(first.succeeded()).isNotEqualTo(second.succeeded());
      Throwable cause = first.succeeded() ? second.cause() : first.cause();
      assertThat(cause).hasMessage("client_id_used");
    }
    result(other.database().close());

    assertThat(allNumbers(LOBBY).size() + allNumbers(TEA).size()).isEqualTo(30);
    assertThat(allNumbers(LOBBY)).isEqualTo(range(1, allNumbers(LOBBY).size()));
  }

  @Test
  void whoIsMentionedHearsOfItOnceInWhateverRoom() throws Exception {
    StoredMessage stored = store(message(TEA, "Ana", "@Bob: tea? @Bob, @Ana?", "c-1"));

    heard.next("new_message", stored.json());
    Message mention = heard.next();
    assertThat(mention.topic()).isEqualTo("user:Bob");
    assertThat(mention.event()).isEqualTo("mentioned");
    assertThat(mention.position()).isEqualTo(1);
    assertThat(mention.payload()).isEqualTo(stored.json());
    SERVER.settle();
    assertThat(heard.isEmpty()).isTrue();
  }

  @Test
  void anEditMentionsWhomItAdds() throws Exception {
    store(message(LOBBY, "Ana", "@Bob tea?", "c-1"));
    heard.next(2);

    StoredMessage edited = edit("Ana", "@Bob and @Cyd: tea?");

    heard.next("message_edited", edited.json());
    Message mention = heard.next();
    assertThat(mention.topic()).isEqualTo("user:Cyd");
    assertThat(mention.payload()).isEqualTo(edited.json());
    SERVER.settle();
    assertThat(heard.isEmpty()).isTrue();
  }

  private StoredMessage store(NewMessage message) throws Exception {
    return result(messages.store(List.of(message))).get(message.postId());
  }

  private StoredMessage edit(String user, String text) throws Exception {
    return result(messages.edit(new Place(LOBBY, 1), user, new Text(text)));
  }

  private StoredMessage delete(String user) throws Exception {
    return result(messages.delete(new Place(LOBBY, 1), user));
  }

  private Page list(Room room) throws Exception {
    return result(messages.list(new History(room, Long.MAX_VALUE, 50)));
  }

  private Page page(long before, int limit) throws Exception {
    return result(messages.list(new History(LOBBY, before, limit)));
  }

  private void post(int count) throws Exception {
    List<NewMessage> batch =
        IntStream.range(0, count)
            .mapToObj(each -> message(LOBBY, "Ana", "hi", "c-" + each))
            .toList();
    result(messages.store(batch));
  }

  private List<Long> allNumbers(Room room) throws Exception {
    List<Long> numbers = new ArrayList<>();
    long before = Long.MAX_VALUE;
    Page page;
    do {
      page = result(messages.list(new History(room, before, 100)));
      numbers.addAll(0, numbers(page));
      before = numbers.isEmpty() ? before : numbers.get(0);
    } while (page.more());
    return numbers;
  }

  private static List<NewMessage> crosswise(String rooms, String name) {
    return IntStream.range(0, 20)
        .mapToObj(i -> message(new Room(rooms + "-" + i % 7), "Ana", "hi", name + "-" + i))
        .toList();
  }

  private static void assertRejected(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Rejection reason) {
    assertThatThrownBy(call).cause().isInstanceOf(Rejected.class).hasMessage(reason.toString());
  }

  static NewMessage message(Room room, String user, String text, String clientId) {
    return new NewMessage(room, user, new Text(text), clientId);
  }

  private static List<String> texts(Page page) {
    return page.messages().stream().map(StoredMessage::text).toList();
  }

  private static List<Long> numbers(Page page) {
    return page.messages().stream().map(StoredMessage::number).toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }
}

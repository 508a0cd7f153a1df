package dev.rollcall.chat;

import static dev.rollcall.chat.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MessagesTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final Room LOBBY = new Room("lobby");

  private Messages messages;

  @BeforeEach
  void open() {
    messages = new Messages(SERVER.database().pool());
  }

  @Test
  void aMessageIsStoredAsItWasPosted() throws Exception {
    String text = "hi 😀\n'; DROP TABLE messages; --";

    Stored stored = result(messages.store(new NewMessage(LOBBY, "Ana", text, "c-1")));

    assertThat(stored.before()).isFalse();
    assertThat(stored.message().json().getString("sent_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(stored.message().text()).isEqualTo(text);
    assertThat(list(LOBBY).messages()).containsExactly(stored.message());
  }

  @Test
  void aRepeatedClientIdFindsTheFirst() throws Exception {
    Stored first = result(messages.store(new NewMessage(LOBBY, "Ana", "first", "c-1")));

    Stored second = result(messages.store(new NewMessage(LOBBY, "Ana", "second", "c-1")));

    assertThat(second).isEqualTo(new Stored(first.message(), true));
    assertThat(list(LOBBY).messages()).containsExactly(first.message());
  }

  @Test
  void aMessagePostedTwiceAtOnceIsStoredOnce() throws Exception {
    NewMessage message = new NewMessage(LOBBY, "Ana", "hi", "c-1");
    List<Future<Stored>> posts =
        IntStream.range(0, 16).mapToObj(post -> messages.store(message)).toList();

    result(Future.all(posts));

    assertThat(posts).filteredOn(post -> !post.result().before()).hasSize(1);
    assertThat(posts)
        .extracting(post -> post.result().message().id())
        .containsOnly(list(LOBBY).messages().get(0).id());
    assertThat(list(LOBBY).messages()).hasSize(1);
  }

  @Test
  void aClientIdIsItsUsersOwn() throws Exception {
    result(messages.store(new NewMessage(LOBBY, "Ana", "hi", "c-1")));

    Stored other = result(messages.store(new NewMessage(LOBBY, "Bob", "hi", "c-1")));

    assertThat(other.before()).isFalse();
    assertThat(list(LOBBY).messages())
        .extracting(StoredMessage::user)
        .containsExactly("Ana", "Bob");
  }

  @Test
  void aRoomShowsItsOwnMessagesAlone() throws Exception {
    result(messages.store(new NewMessage(new Room("lobby-2"), "Ana", "hi", "c-1")));

    assertThat(list(LOBBY)).isEqualTo(new Page(List.of(), false));
  }

  @Test
  void exactlyOnePageHasNoMore() throws Exception {
    post(Messages.PAGE);

    assertThat(list(LOBBY).messages()).hasSize(Messages.PAGE);
    assertThat(list(LOBBY).more()).isFalse();
  }

  @Test
  void pagesLeadFromTheNewestToTheOldest() throws Exception {
    post(2 * Messages.PAGE + 1);

    Page newest = list(LOBBY);
    Page middle = result(messages.list(new History(LOBBY, newest.messages().get(0).id())));
    Page oldest = result(messages.list(new History(LOBBY, middle.messages().get(0).id())));

    assertThat(texts(newest)).isEqualTo(numbers(51, 101));
    assertThat(newest.more()).isTrue();
    assertThat(texts(middle)).isEqualTo(numbers(1, 51));
    assertThat(middle.more()).isTrue();
    assertThat(texts(oldest)).isEqualTo(numbers(0, 1));
    assertThat(oldest.more()).isFalse();
  }

  private Page list(Room room) throws Exception {
    return result(messages.list(new History(room, Long.MAX_VALUE)));
  }

  private void post(int count) throws Exception {
    for (String number : numbers(0, count)) {
      result(messages.store(new NewMessage(LOBBY, "Ana", number, "c-" + number)));
    }
  }

  private static List<String> texts(Page page) {
    return page.messages().stream().map(StoredMessage::text).toList();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }
}

package dev.rollcall.chat;

import static dev.rollcall.chat.MessagesTest.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PostsTest {
  private static final Room LOBBY = new Room("lobby");

  /** What was asked to be stored, and is not answered yet. */
  private final List<List<NewMessage>> asked = new ArrayList<>();

  private final List<Promise<Map<PostId, StoredMessage>>> answers = new ArrayList<>();
  private final Posts posts = new Posts(this::store);

  private Future<Map<PostId, StoredMessage>> store(List<NewMessage> messages) {
    Promise<Map<PostId, StoredMessage>> answer = Promise.promise();
    asked.add(messages);
    answers.add(answer);
    return answer.future();
  }

  @Test
  void oneThatComesAloneIsStoredAtOnce() {
    Future<StoredMessage> post = posts.post(numbered(1));

    assertThat(asked).containsExactly(List.of(numbered(1)));
    assertThat(post.isComplete()).isFalse();
    succeed(0);
    assertThat(post.result()).isEqualTo(stored(numbered(1)));
  }

  @Test
  void whatComesMeanwhileGoesTogetherInTheNext() {
    List<Future<StoredMessage>> all = post(5);
    assertThat(asked).hasSize(1);
    succeed(0);

    assertThat(asked.get(1)).isEqualTo(numbered(2, 5));
    succeed(1);
    assertThat(all).allMatch(Future::succeeded);
    assertThat(asked).hasSize(2);
  }

  @Test
  void aBatchHasItsBound() {
    post(Posts.MAX_BATCH + 11);
    succeed(0);

    assertThat(asked.get(1)).hasSize(Posts.MAX_BATCH);
    succeed(1);
    assertThat(asked.get(2)).hasSize(10);
  }

  @Test
  void whatIsTooMuchIsRefusedAtOnceAndTheRestIsStored() {
    List<Future<StoredMessage>> taken = post(1 + Posts.MAX_WAITING);

    Future<StoredMessage> tooMuch = posts.post(numbered(0));

    assertThat(tooMuch.cause()).hasMessage("unavailable");
    for (int i = 0; i < asked.size(); i++) {
      succeed(i);
    }
    assertThat(taken).allMatch(Future::succeeded);
    assertThat(posts.post(numbered(0)).isComplete()).isFalse();
  }

  @Test
  void oneThatFailsKeepsNoneOfTheOthers() {
    List<Future<StoredMessage>> all = post(4);
    succeed(0);
    fail(1, new IllegalArgumentException("one of them"));
    assertThat(asked.get(2)).isEqualTo(numbered(2, 2));
    succeed(2);
    fail(3, new IllegalArgumentException("this one"));
    succeed(4);

    assertThat(all).extracting(Future::succeeded).containsExactly(true, true, false, true);
    assertThat(all.get(2).cause()).hasMessage("this one");
    assertThat(asked).hasSize(5);
    assertThat(posts.post(numbered(9)).isComplete()).isFalse();
    assertThat(asked).hasSize(6);
  }

  @Test
  void aDatabaseThatIsAwayFailsTheBatchAndTheNextIsTried() {
    List<Future<StoredMessage>> all = post(3);
    succeed(0);
    fail(1, new IOException("away"));

    assertThat(all.get(1).cause()).hasMessage("away");
    assertThat(all.get(2).cause()).hasMessage("away");
    Future<StoredMessage> later = posts.post(numbered(9));
    succeed(2);
    assertThat(later.succeeded()).isTrue();
  }

  @Test
  void aDatabaseThatGoesAwayIsNotAskedForEachOfTheRest() {
    List<Future<StoredMessage>> all = post(4);
    succeed(0);
    fail(1, new IllegalArgumentException("one of them"));
    fail(2, new IOException("away"));

    assertThat(all.subList(1, 4)).allMatch(post -> "away".equals(post.cause().getMessage()));
    assertThat(asked).hasSize(3);
    posts.post(numbered(9));
    assertThat(asked).hasSize(4);
  }

  @Test
  void aFaultThatIsThrownStopsNothing() {
    List<NewMessage> tried = new ArrayList<>();
    Posts throwing =
        new Posts(
            messages -> {
              tried.addAll(messages);
              throw new IllegalStateException("broken");
            });

    assertThat(throwing.post(numbered(1)).cause()).hasMessage("broken");
    assertThat(throwing.post(numbered(2)).cause()).hasMessage("broken");
    assertThat(tried).containsExactly(numbered(1), numbered(2));
  }

  @Test
  void whatIsNotAnsweredByTheStoreFailsAndHoldsNobodyUp() {
    Future<StoredMessage> post = posts.post(numbered(1));
    answers.get(0).complete(Map.of());

    assertThat(post.failed()).isTrue();
    posts.post(numbered(2));
    assertThat(asked).hasSize(2);
  }

  @Test
  void aClientIdOfAnotherMessageIsRefused() {
    posts.post(numbered(0));
    Future<StoredMessage> first = posts.post(message(LOBBY, "Ana", "first", "c"));
    Future<StoredMessage> again = posts.post(message(LOBBY, "Ana", "first", "c"));
    Future<StoredMessage> otherText = posts.post(message(LOBBY, "Ana", "second", "c"));
    Future<StoredMessage> otherRoom = posts.post(message(new Room("tea"), "Ana", "first", "c"));
    succeed(0);
    answers.get(1).complete(Map.of(new PostId("Ana", "c"), stored(asked.get(1).get(0))));

    assertThat(again.result()).isEqualTo(first.result());
    assertThat(otherText.cause()).hasMessage("client_id_used");
    assertThat(otherRoom.cause()).hasMessage("client_id_used");
  }

  private List<Future<StoredMessage>> post(int count) {
    return numbered(1, count).stream().map(posts::post).toList();
  }

  private void succeed(int index) {
    Map<PostId, StoredMessage> stored = new HashMap<>();
    asked.get(index).forEach(message -> stored.put(message.postId(), stored(message)));
    answers.get(index).complete(stored);
  }

  private void fail(int index, Exception failure) {
    answers.get(index).fail(failure);
  }

  private static NewMessage numbered(int number) {
    return message(LOBBY, "Ana", "hi", "c-" + number);
  }

  private static List<NewMessage> numbered(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(PostsTest::numbered).toList();
  }

  private static StoredMessage stored(NewMessage message) {
    return new StoredMessage(
        1,
        message.room(),
        1,
        message.user(),
        message.text().value(),
        message.clientId(),
        Instant.EPOCH,
        null,
        null);
  }
}

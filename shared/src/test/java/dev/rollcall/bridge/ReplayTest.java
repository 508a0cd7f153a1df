package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a client is sent that comes back, for each way in which a history may answer. */
class ReplayTest {
  private final StoredTopic log = new StoredTopic("log");

  private Replay replay(long after, long heard) {
    return of(log, after, heard);
  }

  private static Replay of(History history, long after, long heard) {
    Future<Replay> replay = Replay.of(history, "log", after, Future.succeededFuture(heard));
    assertThat(replay.succeeded()).isTrue();
    return replay.result();
  }

  /** Returns the log with another answer to what came after. */
  private History changed(Function<List<Message>, List<Message>> answer) {
    return new History() {
      @Override
      public Future<Long> last(String topic) {
        return log.last(topic);
      }

      @Override
      public Future<List<Message>> after(String topic, long position, int limit) {
        return log.after(topic, position, limit).map(answer);
      }
    };
  }

  private static void assertReplays(Replay replay, long from, long to) {
    assertThat(replay.complete()).isTrue();
    assertThat(replay.position()).isEqualTo(to);
    assertThat(replay.messages().stream().map(Encoded::position))
        .containsExactlyElementsOf(LongStream.rangeClosed(from, to).boxed().toList());
  }

  private static void assertLoadsAnew(Replay replay, long position) {
    assertThat(replay).isEqualTo(new Replay(List.of(), position, false));
  }

  @Test
  void whatCameAfterThePositionIsReplayed() {
    log.store(9);
    assertReplays(replay(4, 0), 5, 9);
    assertReplays(replay(0, 9), 1, 9);
  }

  @Test
  void whoHasAllIsSentNothing() {
    log.store(9);
    assertThat(replay(9, 9)).isEqualTo(new Replay(List.of(), 9, true));
    assertThat(replay(9, 3)).isEqualTo(new Replay(List.of(), 9, true));
  }

  @Test
  void whatTheHistoryHasNoLongerIsToBeLoadedAnew() {
    log.store(9);
    log.prune(7);
    assertLoadsAnew(replay(4, 0), 9);
    assertReplays(replay(6, 0), 7, 9);
  }

  @Test
  void aHoleOfTheHistoryIsNotPassedOver() {
    log.store(9);
    History holed = changed(all -> all.stream().filter(each -> each.position() != 7).toList());
    assertLoadsAnew(of(holed, 4, 0), 9);
  }

  @Test
  void anAnswerInPartsIsPutTogether() {
    log.store(20);
    log.answerInParts(3);
    assertReplays(replay(4, 15), 5, 16);
    assertThat(log.asked).hasValue(4);
  }

  /** Each part alone is small enough. */
  @Test
  void tooMuchInPartsIsTooMuch() {
    log.store(1_100);
    log.answerInParts(300);
    assertLoadsAnew(replay(0, 1_100), 1_100);
    assertReplays(replay(100, 1_100), 101, 1_100);
  }

  /** As a copy of the database that is late. */
  @Test
  void aHistoryThatHasNotWhatWasHeardLeavesNoGap() {
    log.store(9);
    assertLoadsAnew(replay(4, 12), 12);
    assertLoadsAnew(replay(9, 12), 12);
    assertThat(replay(12, 12)).isEqualTo(new Replay(List.of(), 12, true));
  }

  @Test
  void aPositionThatTheTopicHasNotReachedIsNoneToGoOnFrom() {
    log.store(9);
    assertLoadsAnew(replay(12, 9), 9);
  }

  @Test
  void tooMuchIsToBeLoadedAnew() {
    log.store(1_001);
    assertLoadsAnew(replay(0, 0), 1_001);
    assertReplays(replay(1, 0), 2, 1_001);
  }

  @Test
  void tooLargeIsToBeLoadedAnew() {
    log.store(5);
    JsonObject quarter = new JsonObject().put("text", "x".repeat(Limits.MAX_REPLAYED_BYTES / 4));
    History large =
        changed(
            all ->
                all.stream()
                    .map(each -> Message.of("log", "said", each.position(), quarter))
                    .toList());
    assertLoadsAnew(of(large, 0, 0), 5);
    assertReplays(of(large, 2, 0), 3, 5);
  }

  @Test
  void whoIsNewIsToldWhereTheTopicIs() {
    log.store(9);
    assertThat(replay(Registrations.FROM_NOW, 3)).isEqualTo(new Replay(List.of(), 9, true));
    assertThat(replay(Registrations.FROM_NOW, 12)).isEqualTo(new Replay(List.of(), 12, true));
  }

  @Test
  void nothingIsAskedBeforeItIsKnownWhatIsHeard() {
    log.store(9);
    Promise<Long> heard = Promise.promise();
    Future<Replay> replay = Replay.of(log, "log", 4, heard.future());
    assertThat(log.asked).hasValue(0);
    log.store(1);
    heard.complete(10L);
    assertReplays(replay.result(), 5, 10);
  }

  @Test
  void whoOpensTheTopicIsToldWhereItBegan() {
    log.store(9);
    Promise<Long> heard = Promise.promise();
    Future<Replay> replay = Replay.of(log, "log", Registrations.FROM_NOW, heard.future());
    heard.complete(7L);
    assertThat(replay.result()).isEqualTo(new Replay(List.of(), 7, true));
  }

  @Test
  void aHistoryThatThrowsHasNotAnswered() {
    log.beforeEach(
        () -> {
          throw new IllegalStateException("planted");
        });
    for (long after : new long[] {Registrations.FROM_NOW, 4}) {
      assertThat(Replay.of(log, "log", after, Future.succeededFuture(9L)).failed()).isTrue();
    }
    assertThat(Replay.of(log, "log", 4, Future.failedFuture("planted")).failed()).isTrue();
  }
}

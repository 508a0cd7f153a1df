package dev.rollcall.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BusHistoryTest {
  private static final String ADDRESS = "things.history";

  private final Vertx vertx = Vertx.vertx();
  private final History asked = History.over(vertx.eventBus(), ADDRESS);

  /** Has five messages of each topic, and none of the topic "broken". */
  private static final class Five implements History {
    @Override
    public Future<Long> last(String topic) {
      return topic.equals("broken") ? Future.failedFuture("secret") : Future.succeededFuture(5L);
    }

    @Override
    public Future<List<Message>> after(String topic, long position, int limit) {
      return Future.succeededFuture(
          LongStream.rangeClosed(position + 1, 5)
              .limit(limit)
              .mapToObj(n -> Message.of(topic, "said", n, new JsonObject().put("n", n)))
              .toList());
    }
  }

  @BeforeEach
  void answer() throws Exception {
    result(History.answer(vertx.eventBus(), ADDRESS, new Five()));
  }

  @AfterEach
  void close() throws Exception {
    result(vertx.close());
  }

  @Test
  void whatAnotherServiceKeepsIsReadAsItWas() throws Exception {
    List<Message> messages = result(asked.after("things", 2, 2));

    assertThat(result(asked.last("things"))).isEqualTo(5);
    assertThat(messages).extracting(Message::position).containsExactly(3L, 4L);
    assertThat(messages.get(0).topic()).isEqualTo("things");
    assertThat(messages.get(0).event()).isEqualTo("said");
    assertThat(messages.get(0).payload()).isEqualTo(new JsonObject().put("n", 3));
  }

  @Test
  void aHistoryThatFailsIsUnavailableAndTellsNoMore() throws Exception {
    ReplyException refused = refusal(asked.last("broken"));

    assertThat(refused.failureCode()).isEqualTo(503);
    assertThat(refused.getMessage()).isEqualTo("unavailable");
  }

  @Test
  void whereNobodyAnswersTheQuestionFails() throws Exception {
    assertThat(refusal(History.over(vertx.eventBus(), "nowhere").last("things"))).isNotNull();
  }

  static Stream<Object> malformed() {
    return Stream.of(
        "text",
        new JsonArray(),
        new JsonObject(),
        new JsonObject().put("topic", ""),
        new JsonObject().put("topic", "things").put("after", 1),
        new JsonObject().put("topic", "things").put("after", "1").put("limit", 1),
        new JsonObject().put("topic", "things").put("after", 1).put("limit", "1"),
        new JsonObject().put("topic", "things").put("after", 1).put("limit", 0),
        new JsonObject().put("topic", "things").put("after", -1).put("limit", 1));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void aQuestionThatIsNoneIsRefused(Object question) throws Exception {
    ReplyException refused = refusal(vertx.eventBus().request(ADDRESS, question));

    assertThat(refused.failureCode()).isEqualTo(400);
    assertThat(refused.getMessage()).isEqualTo("invalid_question");
  }

  private static ReplyException refusal(Future<?> future) throws Exception {
    try {
      result(future);
    } catch (ExecutionException failed) {
      return (ReplyException) failed.getCause();
    }
    throw new AssertionError("succeeded");
  }

  private static <T> T result(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}

package dev.rollcall.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class InquiryTest {
  private static final Instant NOW = Instant.parse("2026-01-01T10:00:30Z");

  private final Board board = new Board();
  private final FakeOrders orders = new FakeOrders();
  private final Deque<Long> reached = new ArrayDeque<>();
  private int answers;
  private final Inquiry inquiry =
      new Inquiry(board, orders, () -> NOW, reached::add, () -> answers++);

  @Test
  void theFirstAnswerCountsOnceTheOrdersAreThereToo() {
    inquiry.ask();
    orders.answerStats(2);
    assertThat(board.stale()).isTrue();
    assertThat(answers).isZero();

    orders.answerNewest(2, 1);

    assertThat(board.stale()).isFalse();
    assertThat(answers).isEqualTo(1);
    assertThat(counted()).isEqualTo(2);
    assertThat(board.snapshot(NOW).getJsonArray("orders")).hasSize(2);
  }

  @Test
  void whileAnswersComeOnlyStatsAreAsked() {
    settle(1);

    inquiry.ask();
    orders.answerStats(2);

    assertThat(orders.askedNewest).isEmpty();
    assertThat(counted()).isEqualTo(2);
  }

  @Test
  void thatAnnouncementsGoFurtherThanWasHeardIsTold() {
    settle(7);

    assertThat(reached).containsExactly(7L);
  }

  @Test
  void ofSeveralQuestionsAtATimeOneIsAsked() {
    inquiry.ask();
    inquiry.ask();
    inquiry.missed();

    assertThat(orders.askedStats).hasSize(1);
  }

  /** The answer that is on its way may be as of before. */
  @Test
  void whatWasMissedWhileAQuestionIsOnItsWayIsAskedForAfterIt() {
    settle(1);
    inquiry.ask();
    inquiry.missed();
    orders.answerStats(1);
    orders.answerNewest(1);

    assertThat(board.stale()).isTrue();
    orders.answerStats(3);
    orders.answerNewest(3, 2);
    assertThat(board.stale()).isFalse();
    assertThat(board.snapshot(NOW).getJsonArray("orders")).hasSize(3);
    assertThat(orders.askedStats).isEmpty();
  }

  @Test
  void aQuestionIsAskedEveryFiveSeconds() {
    settle(1);

    ticks(4);
    assertThat(orders.askedStats).isEmpty();

    ticks(1);
    assertThat(orders.askedStats).hasSize(1);
  }

  @Test
  void aTickWhileAQuestionIsOnItsWayAsksNothing() {
    inquiry.ask();
    ticks(6);
    orders.failStats();

    assertThat(orders.askedStats).isEmpty();
  }

  @Test
  void withoutAnAnswerItIsAskedEachSecondAndTheStatsAreStale() {
    settle(7);
    inquiry.ask();
    orders.failStats();

    assertThat(board.stale()).isTrue();
    assertThat(answers).isEqualTo(2);
    assertThat(counted()).isEqualTo(7);
    ticks(1);
    assertThat(orders.askedStats).hasSize(1);
    orders.failStats();
    ticks(1);
    assertThat(orders.askedStats).hasSize(1);
  }

  @Test
  void ordersMissedMeanwhileAreShownOnceItAnswersAgain() {
    settle(1);
    inquiry.ask();
    orders.failStats();

    ticks(1);
    orders.answerStats(3);
    orders.answerNewest(3, 2, 1);

    assertThat(board.snapshot(NOW).getJsonArray("orders")).hasSize(3);
    assertThat(board.stale()).isFalse();
  }

  @Test
  void whatWasMissedIsAskedForAtOnce() {
    settle(1);
    inquiry.missed();

    assertThat(board.stale()).isTrue();
    orders.answerStats(9);
    orders.answerNewest(9, 8);
    assertThat(board.stale()).isFalse();
    assertThat(counted()).isEqualTo(9);
  }

  @Test
  void statsWithoutTheOrdersStayStale() {
    inquiry.ask();
    orders.answerStats(1);
    orders.failNewest();

    assertThat(board.stale()).isTrue();
    assertThat(counted()).isZero();
    ticks(1);
    assertThat(orders.askedStats).hasSize(1);
  }

  private long counted() {
    return board.stats(NOW).getLong("orders");
  }

  private void settle(long count) {
    inquiry.ask();
    orders.answerStats(count);
    orders.answerNewest(1);
  }

  private void ticks(int count) {
    for (int tick = 0; tick < count; tick++) {
      inquiry.tick();
    }
  }

  /** Answers when the test says so. */
  private static final class FakeOrders implements Orders {
    private final Deque<Promise<Stats>> askedStats = new ArrayDeque<>();
    private final Deque<Promise<List<Order>>> askedNewest = new ArrayDeque<>();

    @Override
    public Future<Stats> stats() {
      Promise<Stats> asked = Promise.promise();
      askedStats.add(asked);
      return asked.future();
    }

    @Override
    public Future<List<Order>> newest() {
      Promise<List<Order>> asked = Promise.promise();
      askedNewest.add(asked);
      return asked.future();
    }

    void answerStats(long count) {
      askedStats.remove().complete(Stats.from(Samples.answer(count)));
    }

    void failStats() {
      askedStats.remove().fail("away");
    }

    void answerNewest(long... ids) {
      askedNewest
          .remove()
          .complete(LongStream.of(ids).mapToObj(id -> new Order(id, Samples.order(id))).toList());
    }

    void failNewest() {
      askedNewest.remove().fail("away");
    }
  }
}

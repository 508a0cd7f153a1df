package dev.rollcall.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class InquiryTest {
  private final Board board = new Board();
  private final FakeOrders orders = new FakeOrders();
  private final Browsers browsers = new Browsers();
  private Instant now = Instant.parse("2026-01-01T10:00:00Z");
  private final Inquiry inquiry = new Inquiry(board, orders, browsers, () -> now);

  @Test
  void theFirstAnswerCountsOnceTheOrdersAreThereToo() {
    inquiry.ask();
    orders.answerStats(2);
    assertThat(board.stale()).isTrue();

    orders.answerNewest(2, 1);

    assertThat(board.stale()).isFalse();
    assertThat(browsers.missed).containsExactly(1L, 2L);
    assertThat(browsers.newest().getLong("orders")).isEqualTo(2);
  }

  @Test
  void whileAnswersComeOnlyStatsAreAsked() {
    settle(1);

    inquiry.ask();
    orders.answerStats(2);

    assertThat(orders.askedNewest).isEmpty();
    assertThat(browsers.newest().getLong("orders")).isEqualTo(2);
  }

  @Test
  void anOrderWhoseAnnouncementWasLostIsFoundByTheNextComparison() {
    settle(1);
    browsers.missed.clear();

    ticks(5);
    orders.answerStats(2);
    orders.answerNewest(2, 1);

    assertThat(browsers.missed).containsExactly(2L);
  }

  @Test
  void ordersThatComeWhileAQuestionIsOnItsWayAskOnceMoreTogether() {
    settle(1);
    inquiry.ask();
    inquiry.ask();
    inquiry.ask();
    assertThat(orders.askedStats).hasSize(1);

    orders.answerStats(2);
    assertThat(orders.askedStats).hasSize(1);

    orders.answerStats(3);
    assertThat(orders.askedStats).isEmpty();
    assertThat(browsers.newest().getLong("orders")).isEqualTo(3);
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

    assertThat(browsers.newest().getBoolean("stale")).isTrue();
    assertThat(browsers.newest().getLong("orders")).isEqualTo(7);
    ticks(1);
    assertThat(orders.askedStats).hasSize(1);
    orders.failStats();
    ticks(1);
    assertThat(orders.askedStats).hasSize(1);
  }

  @Test
  void ordersMissedMeanwhileAreShownOnceItAnswersAgain() {
    settle(1);
    browsers.missed.clear();
    inquiry.ask();
    orders.failStats();

    ticks(1);
    orders.answerStats(3);
    orders.answerNewest(3, 2, 1);

    assertThat(browsers.missed).containsExactly(2L, 3L);
    assertThat(browsers.newest().getBoolean("stale")).isFalse();
  }

  @Test
  void statsWithoutTheOrdersStayStale() {
    inquiry.ask();
    orders.answerStats(1);
    orders.failNewest();

    assertThat(browsers.newest().getBoolean("stale")).isTrue();
    assertThat(browsers.newest().getLong("orders")).isZero();
    ticks(1);
    assertThat(orders.askedStats).hasSize(1);
  }

  @Test
  void statsAreAsOldAsTheirQuestion() {
    settle(1);
    now = Instant.parse("2026-01-01T11:00:00Z");
    inquiry.ask();
    now = now.plusSeconds(1);
    orders.answerStats(1);

    assertThat(browsers.newest().getString("at")).isEqualTo("2026-01-01T11:00:00Z");
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
      askedStats.remove().complete(new Stats(count, Map.of(), 0));
    }

    void failStats() {
      askedStats.remove().fail("away");
    }

    void answerNewest(long... ids) {
      askedNewest
          .remove()
          .complete(
              LongStream.of(ids)
                  .mapToObj(id -> new Order(id, new JsonObject().put("id", id)))
                  .toList());
    }

    void failNewest() {
      askedNewest.remove().fail("away");
    }
  }

  private static final class Browsers implements Audience {
    private final List<Long> missed = new ArrayList<>();
    private final Deque<JsonObject> stats = new ArrayDeque<>();

    @Override
    public void missed(Order order) {
      missed.add(order.id());
    }

    @Override
    public void stats(JsonObject newest) {
      stats.add(newest);
    }

    JsonObject newest() {
      return stats.getLast();
    }
  }
}

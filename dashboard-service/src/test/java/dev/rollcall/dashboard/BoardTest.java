package dev.rollcall.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BoardTest {
  private static final Instant NOW = Instant.parse("2026-01-01T10:00:30Z");

  private final Board board = new Board();

  @Test
  void theNewestStandFirstAndOnlyTwenty() {
    hear(1, 25);

    assertThat(ids()).hasSize(20).startsWith(25L, 24L).endsWith(6L);
  }

  @Test
  void ordersThatWereAskedForStandAmongThoseThatWereHeard() {
    hear(5, 6);
    board.listed(List.of(listed(6), listed(4), listed(3)));

    assertThat(ids()).containsExactly(6L, 5L, 4L, 3L);
  }

  @Test
  void anOrderIsShownAsItCameWithItsStatusOfNow() {
    hear(1, 1);
    board.heard(Samples.changed(2, 1, "placed", "paid"), NOW);

    assertThat(orders().getJsonObject(0)).isEqualTo(Samples.order(1).put("status", "paid"));
  }

  @Test
  void anAnswerThatIsLateTakesNoStatusBack() {
    hear(1, 1);
    board.heard(Samples.changed(2, 1, "placed", "paid"), NOW);
    board.listed(List.of(listed(1)));
    assertThat(orders().getJsonObject(0).getString("status")).isEqualTo("paid");

    board.listed(List.of(new Order(1, Samples.order(1).put("status", "shipped"))));
    assertThat(orders().getJsonObject(0).getString("status")).isEqualTo("shipped");
  }

  /** It was asked for before the step, and answered after the step was told. */
  @Test
  void aStepThatWasHeardBeforeItsOrderIsNotForgotten() {
    board.heard(Samples.changed(7, 1, "placed", "paid"), NOW);
    board.heard(Samples.changed(8, 2, "placed", "paid"), NOW);
    board.listed(List.of(new Order(2, Samples.order(2).put("status", "shipped")), listed(1)));

    assertThat(orders().getJsonObject(0).getString("status")).isEqualTo("shipped");
    assertThat(orders().getJsonObject(1).getString("status")).isEqualTo("paid");
  }

  @Test
  void beforeAnyAnswerTheStatsAreStaleAndOld() {
    hear(1, 3);

    assertThat(stats().getBoolean("stale")).isTrue();
    assertThat(stats().getString("at")).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(stats().getLong("orders")).isZero();
  }

  @Test
  void whatIsHeardAfterTheAnswerIsAdded() {
    answer(3);
    hear(4, 5);

    assertThat(stats().getLong("orders")).isEqualTo(5);
    assertThat(stats().getJsonObject("revenue")).isEqualTo(new JsonObject().put("EUR", 500L));
    assertThat(stats().getJsonObject("statuses")).isEqualTo(new JsonObject().put("placed", 5L));
    assertThat(stats().getLong("last_minute")).isEqualTo(5);
    assertThat(stats().getBoolean("stale")).isFalse();
  }

  @Test
  void whatTheAnswerHasIsNotAddedAgain() {
    answer(3);
    hear(2, 4);

    assertThat(stats().getLong("orders")).isEqualTo(4);
  }

  @Test
  void whatWasHeardBeforeTheAnswerAndIsNotInItIsAdded() {
    hear(1, 5);
    answer(3);

    assertThat(stats().getLong("orders")).isEqualTo(5);
    assertThat(stats().getLong("position")).isEqualTo(5);
  }

  @Test
  void anAnswerFromBeforeAllThatIsKnownIsNotShown() {
    hear(5, 6);

    assertThat(board.answered(Stats.from(Samples.answer(3)), NOW)).isFalse();
    assertThat(board.stale()).isTrue();
    answer(4);
    assertThat(stats().getLong("orders")).isEqualTo(6);
  }

  @Test
  void whatWasMissedMakesTheStatsStaleUntilTheNextAnswer() {
    answer(3);
    hear(6, 6);
    assertThat(board.stale()).isTrue();
    assertThat(stats().getLong("orders")).isEqualTo(3);

    answer(5);
    assertThat(stats().getLong("orders")).isEqualTo(6);
    assertThat(board.stale()).isFalse();
  }

  @Test
  void aStepMovesAnOrderFromOneStatusToAnother() {
    answer(3);
    board.heard(Samples.changed(4, 1, "placed", "paid"), NOW);
    board.heard(Samples.changed(5, 1, "paid", "cancelled"), NOW);

    assertThat(stats().getJsonObject("statuses"))
        .isEqualTo(new JsonObject().put("placed", 2L).put("paid", 0L).put("cancelled", 1L));
    assertThat(stats().getJsonObject("revenue")).isEqualTo(new JsonObject().put("EUR", 200L));
    assertThat(stats().getLong("orders")).isEqualTo(3);
  }

  @Test
  void figuresThatAreWrongAreCorrectedAndCounted() {
    answer(3);
    hear(4, 5);
    answer(5);
    assertThat(board.corrections()).isZero();

    board.answered(Stats.from(Samples.answer(5).put("orders", 7)), NOW);

    assertThat(board.corrections()).isEqualTo(1);
    assertThat(stats().getLong("orders")).isEqualTo(7);
  }

  @Test
  void whatNobodyKnowsIsPassedOver() {
    answer(3);
    board.heard(Message.of("orders", "order_praised", 4, new JsonObject()), NOW);
    board.heard(Message.of("orders", "order_created", 5, new JsonObject()), NOW);
    hear(6, 6);

    assertThat(stats().getLong("orders")).isEqualTo(4);
    assertThat(board.stale()).isFalse();
  }

  @Test
  void ofTheMinuteBeforeOnlyAShareIsOfTheLastMinute() {
    answer(8);

    assertThat(board.stats(Instant.parse("2026-01-01T10:00:59Z")).getLong("last_minute"))
        .isEqualTo(8);
    assertThat(board.stats(Instant.parse("2026-01-01T10:01:15Z")).getLong("last_minute"))
        .isEqualTo(6);
    assertThat(board.stats(Instant.parse("2026-01-01T10:02:00Z")).getLong("last_minute")).isZero();
  }

  @Test
  void minutesOfMoreThanAnHourAgoAreForgotten() {
    answer(8);

    assertThat(board.stats(NOW.plusSeconds(59 * 60)).getJsonArray("per_minute"))
        .isEqualTo(
            new JsonArray().add(new JsonObject().put("minute", Samples.MINUTE).put("orders", 8L)));
    assertThat(board.stats(NOW.plusSeconds(60 * 60)).getJsonArray("per_minute")).isEmpty();
  }

  private void hear(long first, long last) {
    LongStream.rangeClosed(first, last)
        .forEach(position -> board.heard(Samples.created(position), NOW));
  }

  private void answer(long position) {
    assertThat(board.answered(Stats.from(Samples.answer(position)), NOW)).isTrue();
  }

  private static Order listed(long id) {
    return new Order(id, Samples.order(id));
  }

  private JsonObject stats() {
    return board.stats(NOW);
  }

  private JsonArray orders() {
    return board.snapshot(NOW).getJsonArray("orders");
  }

  private List<Long> ids() {
    return orders().stream().map(order -> ((JsonObject) order).getLong("id")).toList();
  }
}

package dev.rollcall.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoardTest {
  private static final Instant AT = Instant.parse("2026-01-01T10:00:00Z");

  private final Board board = new Board();

  @Test
  void theNewestStandFirstInWhateverOrderTheyCame() {
    List.of(2L, 3L, 1L).forEach(id -> board.add(order(id)));

    assertThat(ids()).containsExactly(3L, 2L, 1L);
  }

  @Test
  void anOrderThatComesTwiceStandsOnce() {
    assertThat(board.add(order(1))).isTrue();
    assertThat(board.add(order(1))).isFalse();

    assertThat(ids()).containsExactly(1L);
  }

  @Test
  void onlyTheTwentyNewestStay() {
    LongStream.rangeClosed(1, 25).forEach(id -> board.add(order(id)));

    assertThat(ids()).hasSize(20).startsWith(25L).endsWith(6L);
  }

  @Test
  void anOrderOlderThanTheNewestIsNotAdded() {
    LongStream.rangeClosed(2, 21).forEach(id -> board.add(order(id)));

    assertThat(board.add(order(1))).isFalse();
    assertThat(ids()).hasSize(20).endsWith(2L);
  }

  @Test
  void anOrderIsShownAsItCame() {
    JsonObject json = new JsonObject().put("id", 17).put("customer", "Ana");
    board.add(Order.from(json).orElseThrow());
    json.put("customer", "Eve");

    assertThat(board.snapshot().getJsonArray("orders").getJsonObject(0))
        .isEqualTo(new JsonObject().put("id", 17).put("customer", "Ana"));
  }

  @Test
  void anOrderHasAnId() {
    assertThat(Order.from(new JsonObject())).isEmpty();
    assertThat(Order.from(new JsonObject().put("id", "17"))).isEmpty();
  }

  @Test
  void beforeAnyAnswerTheStatsAreStaleAndOld() {
    assertThat(board.snapshot().getJsonObject("stats"))
        .isEqualTo(
            new JsonObject()
                .put("orders", 0L)
                .put("revenue", new JsonObject())
                .put("last_minute", 0L)
                .put("stale", true)
                .put("at", "1970-01-01T00:00:00Z"));
  }

  @Test
  void anAnswerIsFresh() {
    board.answered(new Stats(12, Map.of("EUR", 10_800L), 3), AT);

    assertThat(board.stats())
        .isEqualTo(
            new JsonObject()
                .put("orders", 12L)
                .put("revenue", new JsonObject().put("EUR", 10_800L))
                .put("last_minute", 3L)
                .put("stale", false)
                .put("at", "2026-01-01T10:00:00Z"));
  }

  @Test
  void staleStatsAreThoseOfTheLastAnswerWithItsTime() {
    board.answered(new Stats(12, Map.of(), 3), AT);
    JsonObject fresh = board.stats();

    board.unanswered();

    assertThat(board.stats()).isEqualTo(fresh.put("stale", true));
  }

  @Test
  void anAnswerIsRead() {
    JsonObject answer =
        new JsonObject("{\"orders\":12,\"revenue\":{\"EUR\":10800},\"last_minute\":3}");

    assertThat(Stats.from(answer)).isEqualTo(new Stats(12, Map.of("EUR", 10_800L), 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"orders\":12,\"last_minute\":3}",
        "{\"revenue\":{},\"last_minute\":3}",
        "{\"orders\":12,\"revenue\":{}}",
        "{\"orders\":12,\"revenue\":{\"EUR\":\"1\"},\"last_minute\":3}",
        "{\"orders\":\"12\",\"revenue\":{},\"last_minute\":3}"
      })
  void anAnswerThatIsNoneIsRefused(String answer) {
    assertThatThrownBy(() -> Stats.from(new JsonObject(answer)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<Long> ids() {
    return board.snapshot().getJsonArray("orders").stream()
        .map(order -> ((JsonObject) order).getLong("id"))
        .toList();
  }

  private static Order order(long id) {
    return Order.from(new JsonObject().put("id", id)).orElseThrow();
  }
}

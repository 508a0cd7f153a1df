package dev.rollcall.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StatsTest {
  static Stream<JsonObject> unreadable() {
    return Stream.concat(
        Samples.answer(1).fieldNames().stream()
            .flatMap(
                field ->
                    Stream.of(
                        Samples.answer(1).put(field, "text"), Samples.answer(1).putNull(field))),
        Stream.of(
            new JsonObject(), Samples.answer(1).put("revenue", new JsonObject().put("EUR", "1"))));
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void anAnswerThatIsNoneIsRefused(JsonObject answer) {
    assertThatThrownBy(() -> Stats.from(answer)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anAnnouncementThatDoesNotFollowIsRefused() {
    Stats stats = Stats.from(Samples.answer(3));

    assertThatThrownBy(() -> stats.add(created(5))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> stats.add(created(3))).isInstanceOf(IllegalArgumentException.class);
    assertThat(stats.position()).isEqualTo(3);
  }

  @Test
  void aRevenueBeyondWhatCanBeCountedStopsAtItsEnd() {
    JsonObject revenue = new JsonObject().put("EUR", Long.MAX_VALUE);
    Stats stats = Stats.from(Samples.answer(3).put("revenue", revenue));
    stats.add(created(4));

    assertThat(stats.json(java.time.Instant.EPOCH).getJsonObject("revenue")).isEqualTo(revenue);
  }

  private static Announcement created(long position) {
    return Announcement.from(position, "order_created", Samples.order(position));
  }
}

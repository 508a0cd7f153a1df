package dev.rollcall.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CountsTest {
  @Test
  void thoseThatHaveMostAreKeptAndTheOthersCounted() {
    Counts counts = Counts.of(Map.of("a", 1, "b", 5, "c", 3, "d", 5), 2);
    assertThat(counts.largest()).containsExactly(Map.entry("b", 5), Map.entry("d", 5));
    assertThat(counts.names()).isEqualTo(4);
    assertThat(counts.total()).isEqualTo(14);
    assertThat(counts.isWhole()).isFalse();
  }

  @Test
  void whereAllFitNoneIsLeftOut() {
    Counts counts = Counts.of(Map.of("a", 1, "b", 5), 2);
    assertThat(counts.largest()).containsExactly(Map.entry("b", 5), Map.entry("a", 1));
    assertThat(counts.isWhole()).isTrue();
  }

  @Test
  void whatIsWrittenIsReadInItsOrder() {
    Counts counts = Counts.of(Map.of("x", 1, "b", 5, "c", 3), 3);
    Counts read = Counts.from(counts.toJson());
    assertThat(read).isEqualTo(counts);
    assertThat(read.largest().keySet()).containsExactly("b", "c", "x");
  }
}

package dev.rollcall.system.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
  private final Histogram histogram = new Histogram();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 127, 128, 129, 255, 256, 1_000_000, 27_000_000_000L, 1L << 62})
  void aValueIsFoundAgainToOnePercent(long value) {
    histogram.add(value);
    histogram.add(Long.MAX_VALUE);
    assertThat(histogram.quantile(0.5)).isCloseTo(value, Percentage.withPercentage(1));
    assertThat(histogram.quantile(0.5)).isGreaterThanOrEqualTo(value);
  }

  @Test
  void quantilesCountFromTheSmallest() {
    for (int value = 1; value <= 100; value++) {
      histogram.add(value);
    }
    assertThat(histogram.quantile(0.5)).isEqualTo(50);
    assertThat(histogram.quantile(0.99)).isEqualTo(99);
    assertThat(histogram.quantile(1)).isEqualTo(100);
    assertThat(histogram.max()).isEqualTo(100);
  }

  @Test
  void noQuantileIsAboveTheLargestValue() {
    histogram.add(1_000_001);
    assertThat(histogram.quantile(0.99)).isEqualTo(1_000_001);
  }

  @Test
  void aNegativeValueCountsAsZero() {
    histogram.add(-5);
    assertThat(histogram.total()).isEqualTo(1);
    assertThat(histogram.quantile(0.5)).isZero();
  }

  @Test
  void nothingHasNoQuantile() {
    assertThat(histogram.quantile(0.99)).isZero();
  }
}

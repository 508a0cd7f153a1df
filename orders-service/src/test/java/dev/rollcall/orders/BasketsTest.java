package dev.rollcall.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasketsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "127, 127",
    "128, 128",
    "129, 128",
    "255, 191",
    "256, 192",
    "12345, 544"
  })
  void totalsAreCountedByTheirHighestBits(long total, int size) {
    assertThat(Baskets.size(total)).isEqualTo(size);
  }

  @Test
  void totalsAreOfOneSizeAsLongAsTheirHighestBitsAreTheSame() {
    assertThat(Baskets.size(12_288)).isEqualTo(Baskets.size(12_415));
    assertThat(Baskets.size(12_287)).isEqualTo(Baskets.size(12_288) - 1);
    assertThat(Baskets.size(12_416)).isEqualTo(Baskets.size(12_288) + 1);
  }

  @Test
  void theLargestTotalHasItsPlaceToo() {
    int size = Baskets.size(Long.MAX_VALUE);
    long[] counts = new long[size + 1];
    counts[size] = 1;

    assertThat((double) new Baskets(counts).quantile(1)).isCloseTo(0x1p63, withinPercentage(0.8));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 1_000, 20_000})
  void aQuantileIsNearTheTrueOne(int count) {
    Random random = new Random(count);
    long[] totals =
        LongStream.generate(() -> (long) Math.exp(random.nextDouble() * 25)).limit(count).toArray();
    Arrays.sort(totals);
    long[] counts = new long[Baskets.size(totals[count - 1]) + 1];
    for (long total : totals) {
      counts[Baskets.size(total)]++;
    }
    Baskets baskets = new Baskets(counts);

    for (double share : new double[] {0.001, 0.5, 0.95, 1}) {
      long exact = totals[(int) Math.ceil(share * count) - 1];
      assertThat((double) baskets.quantile(share))
          .as(share + " of " + count)
          .isBetween(exact * 0.992 - 1, exact * 1.008 + 1);
    }
  }
}

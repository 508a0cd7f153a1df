package dev.rollcall.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasketsTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "127, 127", "128, 128", "129, 128", "255, 254", "12345, 12288"})
  void totalsAreCountedByTheirHighestBits(long total, long bucket) {
    assertThat(Baskets.bucket(total)).isEqualTo(bucket);
  }

  @Test
  void theLargestTotalHasItsPlaceToo() {
    assertThat(Baskets.bucket(Long.MAX_VALUE)).isPositive().isLessThan(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 1_000, 20_000})
  void aQuantileIsNearTheTrueOne(int count) {
    Random random = new Random(count);
    long[] totals =
        LongStream.generate(() -> (long) Math.exp(random.nextDouble() * 25)).limit(count).toArray();
    Baskets baskets = new Baskets();
    for (long total : totals) {
      baskets.add(Baskets.bucket(total), 1);
    }
    Arrays.sort(totals);

    for (double share : new double[] {0.001, 0.5, 0.95, 1}) {
      long exact = totals[(int) Math.ceil(share * count) - 1];
      assertThat((double) baskets.quantile(share))
          .as(share + " of " + count)
          .isBetween(exact * 0.992 - 1, exact * 1.008 + 1);
    }
  }
}

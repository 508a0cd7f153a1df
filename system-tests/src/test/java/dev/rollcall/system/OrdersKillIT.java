package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Some of the runs that {@code system-tests/bench kill} makes any number of. */
@Timeout(300)
class OrdersKillIT {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noOrderIsLostNorAnnouncedTwiceNorBeforeItsCommit(long seed) throws Exception {
    OrdersKillRun run = OrdersKillRun.of(seed);
    System.out.println(OrdersKillRun.COLUMNS + "\n" + run.row());

    assertThat(run.faults()).isEmpty();
    assertThat(run.hits().kills()).isGreaterThanOrEqualTo(5);
    // One of them is the order that the test itself leaves at the end.
    assertThat(run.hits().unnumbered()).as("killed before the numbering").isGreaterThan(1);
    assertThat(run.hits().unsaid()).as("killed before the broadcast").isPositive();
    assertThat(run.orders()).isGreaterThan(200);
    assertThat(run.refused()).isPositive();
  }
}

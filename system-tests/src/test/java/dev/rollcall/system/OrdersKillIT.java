package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.system.Kills.Aim;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Some of the runs that {@code system-tests/bench kill} makes any number of. */
@Timeout(180)
class OrdersKillIT {
  private static OrdersRun system;

  @BeforeAll
  static void start() throws Exception {
    system = OrdersRun.start("orders-kill", 2, answer -> {});
    System.out.println(OrdersKillRun.COLUMNS);
  }

  @AfterAll
  static void close() throws Exception {
    system.close();
  }

  @ParameterizedTest
  @CsvSource({"1, ANYWHERE, UNSAID", "2, UNNUMBERED, ANYWHERE", "3, UNSAID, CERTAIN"})
  void noOrderIsLostNorAnnouncedTwiceNorBeforeItsCommit(long seed, Aim one, Aim other)
      throws Exception {
    OrdersKillRun run = OrdersKillRun.of(seed, system, List.of(one, other));
    System.out.println(run.row());

    assertThat(run.faults()).isEmpty();
    assertThat(run.hits().kills()).isGreaterThanOrEqualTo(2);
    if (one == Aim.UNSAID || other == Aim.UNSAID) {
      assertThat(run.hits().unsaid()).as("killed before the broadcast").isPositive();
    }
    if (one == Aim.UNNUMBERED || other == Aim.CERTAIN) {
      assertThat(run.hits().unnumbered()).as("killed before the numbering").isPositive();
    }
    assertThat(run.orders()).isGreaterThan(100);
    assertThat(run.refused()).isPositive();
  }
}

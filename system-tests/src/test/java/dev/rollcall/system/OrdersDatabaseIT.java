package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.system.OrdersHttp.Answer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** The database goes away under the orders, and comes back. */
@Timeout(180)
class OrdersDatabaseIT {
  /** A statement that is never answered is given up after 7 s. */
  private static final Duration SLOWEST = Duration.ofSeconds(8);

  /** Who finds no connection in time, before it is known that there can be none: after 2 s. */
  private static final Duration NO_CONNECTION = Duration.ofSeconds(4);

  /** Nearly all are told as soon as they ask. */
  private static final Duration AT_ONCE = Duration.ofMillis(250);

  /** Who asks a server that is not there is told so by the machine. */
  private static final Duration REFUSED = Duration.ofSeconds(2);

  private static final Duration BACK = Duration.ofSeconds(10);

  private static OrdersRun run;
  private static PostgresProcesses postgres;
  private static volatile Outage outage = new Outage();
  private int heardBefore;

  @BeforeAll
  static void start() throws Exception {
    run = OrdersRun.start("orders-database", 2, answer -> outage.take(answer));
    postgres = new PostgresProcesses(run.system());
  }

  @BeforeEach
  void openTheShop(TestInfo test) throws Exception {
    heardBefore = run.topic().heard().size();
    outage = new Outage();
    run.begin(test.getDisplayName().hashCode());
  }

  @AfterAll
  static void close() throws Exception {
    run.close();
  }

  @Test
  void aCrashOfTheDatabaseIsRefusedAtOnceAndLosesNothing() throws Exception {
    outage.begins();
    postgres.crash();
    Eventually.pass(Duration.ofSeconds(5));
    outage.ends();

    assertThat(outage.later()).hasSizeGreaterThan(20);
    assertThat(outage.later()).extracting(Answer::status).containsOnly(503);
    assertThat(Outage.slowest(outage.first())).isLessThan(SLOWEST);
    assertThat(Outage.slowest(outage.later())).isLessThan(REFUSED);
    run.system().restartDatabase();
    allIsWellAgain("crash");
  }

  @Test
  void aDatabaseThatStandsStillIsRefusedInSecondsAndLosesNothing() throws Exception {
    outage.begins();
    postgres.freeze();
    Eventually.pass(Duration.ofSeconds(10));
    outage.ends();
    postgres.goOn();

    assertThat(outage.later()).isNotEmpty();
    assertThat(outage.later()).extracting(Answer::status).containsOnly(503);
    assertThat(Outage.slowest(outage.first())).isLessThan(SLOWEST);
    assertThat(Outage.slowest(outage.later())).isLessThan(NO_CONNECTION);
    assertThat(Outage.median(outage.later())).isLessThan(AT_ONCE);
    allIsWellAgain("standstill");
  }

  private void allIsWellAgain(String what) throws Exception {
    long startedNanos = System.nanoTime();
    run.awaitOrders(50);
    Duration back = Duration.ofNanos(System.nanoTime() - startedNanos);
    assertThat(back).isLessThan(BACK);
    run.end();
    assertThat(run.faults()).isEmpty();
    report(what, back);
  }

  private void report(String what, Duration back) throws Exception {
    List<Answer> first = outage.first();
    List<Answer> later = outage.later();
    System.out.printf(
        "%s: the slowest of the first %d answers after %d ms, of %d later ones after %d ms; 50 orders"
            + " %d ms after the end; %d orders, heard after at most %.1f s%n",
        what,
        first.size(),
        Outage.slowest(first).toMillis(),
        later.size(),
        Outage.slowest(later).toMillis(),
        back.toMillis(),
        run.records().count(),
        run.longestWaitSeconds(heardBefore));
  }
}

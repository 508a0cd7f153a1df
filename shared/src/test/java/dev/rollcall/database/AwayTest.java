package dev.rollcall.database;

import static dev.rollcall.database.TestServer.failure;
import static dev.rollcall.database.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What requests meet while the server is away, silent or busy, and when it returns. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AwayTest {
  /** Well above what is promised, 7 s and 2 s, for a machine that is busy. */
  private static final Duration IN_TIME = Duration.ofSeconds(9);

  private static final Duration SOON = Duration.ofSeconds(5);

  @RegisterExtension private static final TestServer SERVER = new TestServer();

  @Test
  void aFrozenServerFailsRequestsInTimeThenAtOnceAndIsFoundAgainByItself() throws Exception {
    List<Future<RowSet<Row>>> warm = Stream.generate(AwayTest::ask).limit(8).toList();
    result(Future.all(warm));

    SERVER.freeze();
    try {
      long asked = System.nanoTime();
      Throwable silent = failure(ask());
      assertThat(Database.unavailable(silent)).isTrue();
      assertThat(since(asked)).isLessThan(IN_TIME);

      result(SERVER.until(AwayTest::open));
      assertThat(failure(ask())).isInstanceOf(AwayException.class);
      assertThat(failure(SERVER.database().check())).isInstanceOf(AwayException.class);
    } finally {
      SERVER.thaw();
    }
    long thawed = System.nanoTime();
    result(SERVER.until(() -> !open()));
    result(Future.all(Stream.generate(AwayTest::ask).limit(16).toList()));
    assertThat(since(thawed)).isLessThan(SOON);
    assertThat(SERVER.meter("circuit.opened")).isEqualTo(1);
  }

  @Test
  void aServerThatFreezesUnderLoadFailsAllInTimeAndServesAllAfterwards() throws Exception {
    SERVER.freeze();
    try {
      long asked = System.nanoTime();
      List<Future<RowSet<Row>>> all = Stream.generate(AwayTest::ask).limit(100).toList();
      result(Future.join(all).otherwiseEmpty());
      assertThat(all).allMatch(request -> Database.unavailable(request.cause()));
      assertThat(since(asked)).isLessThan(IN_TIME);
    } finally {
      SERVER.thaw();
    }
    result(SERVER.untilWell(AwayTest::ask));
    result(Future.all(Stream.generate(AwayTest::ask).limit(100).toList()));
  }

  @Test
  void aDatabaseClosesThoughItsServerIsFrozen() throws Exception {
    Database another = result(SERVER.open());
    result(another.check());
    SERVER.freeze();
    try {
      Future<?> underWay = another.query(client -> client.query("SELECT 1").execute());
      long closed = System.nanoTime();
      result(another.close());

      assertThat(since(closed)).isLessThan(IN_TIME);
      assertThat(failure(underWay)).isNotNull();
    } finally {
      SERVER.thaw();
    }
  }

  @Test
  void aServerThatStopsIsKnownToBeAwayUntilItStartsAgain() throws Exception {
    SERVER.stop();
    Throwable lost = failure(ask());
    result(SERVER.until(AwayTest::open));
    Throwable known = failure(ask());
    SERVER.start();
    long started = System.nanoTime();

    assertThat(Database.unavailable(lost)).isTrue();
    assertThat(known).isInstanceOf(AwayException.class);
    result(SERVER.until(() -> !open()));
    result(SERVER.database().check());
    assertThat(since(started)).isLessThan(SOON);
    assertThat(SERVER.meter("circuit.opened")).isEqualTo(1);
  }

  @Test
  void aPoolThatIsTakenWholeSaysSoInTimeAndIsNoAbsence() throws Exception {
    List<Future<?>> slow =
        Stream.<Future<?>>generate(() -> ask("SELECT pg_sleep(4)")).limit(8).toList();

    Throwable waited = failure(ask());

    assertThat(Database.unavailable(waited)).isTrue();
    result(Future.all(slow));
    result(ask());
    assertThat(SERVER.meter("circuit.opened")).isZero();
  }

  @Test
  void aQueueThatIsFullRefusesAtOnce() throws Exception {
    // Which of them are too many depends on which of the pool's threads comes first.
    List<Future<?>> slow =
        Stream.<Future<?>>generate(() -> ask("SELECT pg_sleep(1)")).limit(8 + 256 + 32).toList();
    long asked = System.nanoTime();
    result(SERVER.until(() -> slow.stream().anyMatch(Future::failed)));
    assertThat(since(asked)).isLessThan(Duration.ofSeconds(1));
    assertThat(slow).filteredOn(Future::failed).allMatch(it -> Database.unavailable(it.cause()));
    result(Future.join(slow).otherwiseEmpty());
    result(ask());
    assertThat(SERVER.meter("circuit.opened")).isZero();
  }

  @Test
  void connectionsThatTheServerEndsAreReplacedAndAreNoAbsence() throws Exception {
    List<Throwable> ended = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ended.add(failure(ask("SELECT pg_terminate_backend(pg_backend_pid())")));
      result(ask());
    }

    assertThat(ended).allMatch(Database::unavailable);
    assertThat(SERVER.meter("circuit.opened")).isZero();
  }

  @Test
  void whoeverWaitsForAConnectionThatBreaksGetsAnother() throws Exception {
    String end = "SELECT pg_sleep(0.2), pg_terminate_backend(pg_backend_pid())";
    List<Future<RowSet<Row>>> broken = Stream.generate(() -> ask(end)).limit(8).toList();
    List<Future<RowSet<Row>>> waiting = Stream.generate(AwayTest::ask).limit(32).toList();

    result(Future.all(waiting));
    result(Future.join(broken).otherwiseEmpty());

    assertThat(broken).allMatch(request -> Database.unavailable(request.cause()));
  }

  @Test
  void aStatementThatOutlivesItsTimeOutIsUnavailableAndNoAbsence() throws Exception {
    Throwable late = failure(ask("SELECT pg_sleep(6)"));

    assertThat(Database.unavailable(late)).isTrue();
    assertThat(Availability.away(late)).isFalse();
    result(ask());
  }

  private static boolean open() {
    return SERVER.meter("circuit.open") == 1;
  }

  private static Future<RowSet<Row>> ask() {
    return ask("SELECT 1");
  }

  private static Future<RowSet<Row>> ask(String sql) {
    return SERVER.database().query(client -> client.query(sql).execute());
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}

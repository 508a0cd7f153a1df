package dev.rollcall.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DatabaseTest {
  private static final Duration IMPATIENT = Duration.ofMillis(100);

  private static final String VERSIONS =
      "SELECT string_agg(version, ',' ORDER BY installed_rank) FROM %s WHERE version IS NOT NULL";

  @TempDir static Path folder;
  private static Vertx vertx;
  private static EmbeddedDatabase server;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    server = EmbeddedDatabase.start(folder, 0);
  }

  @AfterAll
  static void stop() throws Exception {
    result(vertx.close());
    server.close();
  }

  @Test
  void severalInstancesMayMigrateAtOnceAndAgain() throws Exception {
    Database before = result(open());
    result(before.pool().query("DROP SCHEMA sample CASCADE").execute());
    result(before.close());

    List<Future<Database>> instances = Stream.generate(DatabaseTest::open).limit(4).toList();
    result(Future.all(instances));

    Database again = result(open());

    assertThat(text(again, "SELECT count(*)::text FROM things")).isEqualTo("0");
    result(again.close());
    for (Future<Database> instance : instances) {
      result(instance.result().close());
    }
  }

  @Test
  void aFacilityMigratesInTheServicesSchemaFromSeveralInstancesAtOnceAndAgain() throws Exception {
    Database database = result(open());

    result(Future.all(Stream.generate(() -> database.migrate("facility")).limit(4).toList()));
    result(database.migrate("facility"));

    assertThat(text(database, "SELECT count(*)::text FROM sample.notes")).isEqualTo("0");
    assertThat(text(database, VERSIONS.formatted("facility_schema_history"))).isEqualTo("0,1,2");
    assertThat(text(database, VERSIONS.formatted("flyway_schema_history"))).isEqualTo("1");
    result(database.close());
  }

  @Test
  void aFacilityWithoutMigrationsFailsTheStart() throws Exception {
    Database database = result(open());

    assertThat(failure(database.migrate("nothing")))
        .isInstanceOf(DatabaseStartException.class)
        .hasMessageContaining("db/nothing");
    assertThatThrownBy(() -> database.migrate("../sample"))
        .isInstanceOf(IllegalArgumentException.class);
    result(database.close());
  }

  @Test
  void theSearchPathIsTheServicesOwnSchema() throws Exception {
    Database database = result(open());

    assertThat(text(database, "SHOW search_path")).isEqualTo("sample");
    assertThat(text(database, "SHOW statement_timeout")).isEqualTo("5s");
    result(database.close());
  }

  @Test
  void theServerMayGoAndComeBack() throws Exception {
    Database database = result(open());
    result(database.check());

    server.close();
    Throwable lost = failure(database.pool().query("SELECT 1").execute());
    Throwable unhealthy = failure(database.check());
    server = EmbeddedDatabase.start(folder, server.config().port());

    assertThat(Database.unavailable(lost)).isTrue();
    assertThat(Database.unavailable(unhealthy)).isTrue();
    result(checkUntilWell(database));
    result(database.close());
  }

  @Test
  void aConnectionThatTheServerEndsIsAwayAndReplaced() throws Exception {
    Database database = result(open());

    Throwable ended =
        failure(
            database
                .pool()
                .withConnection(
                    connection ->
                        connection
                            .query("SELECT pg_terminate_backend(pg_backend_pid())")
                            .execute()));

    assertThat(Database.unavailable(ended)).isTrue();
    result(checkUntilWell(database));
    result(database.close());
  }

  @Test
  void aStatementThatIsWrongIsNotAnAbsence() throws Exception {
    Database database = result(open());

    Throwable wrong = failure(database.pool().query("SELECT nonsense").execute());

    assertThat(Database.unavailable(wrong)).isFalse();
    result(database.close());
  }

  @Test
  void aPoolThatIsTakenWholeSaysSoInTime() throws Exception {
    Database database = result(open());
    List<Future<?>> slow =
        Stream.<Future<?>>generate(() -> database.pool().query("SELECT pg_sleep(4)").execute())
            .limit(8)
            .toList();

    Throwable waited =
        failure(
            database.pool().withConnection(connection -> connection.query("SELECT 1").execute()));

    assertThat(Database.unavailable(waited)).isTrue();
    result(Future.all(slow));
    result(database.close());
  }

  @Test
  void aStatementThatIsNeverAnsweredIsUnavailable() throws Exception {
    Throwable late = failure(Database.bounded(Promise.promise().future()));

    assertThat(Database.unavailable(late)).isTrue();
  }

  @Test
  void aServerThatAcceptsAndSaysNothingIsAway() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      DatabaseConfig config =
          new DatabaseConfig(
              "127.0.0.1", silent.getLocalPort(), "postgres", "ana", "pw", server.config().tls());
      Pool pool = Pools.open(vertx, config, "sample");

      Throwable waited = failure(pool.withConnection(connection -> connection.close()));

      assertThat(Database.unavailable(waited)).isTrue();
    }
  }

  @Test
  void aServerThatStaysAwayFailsTheStart() {
    DatabaseConfig nowhere =
        new DatabaseConfig("127.0.0.1", 1, "postgres", "ana", "pw", DatabaseConfig.Tls.DISABLE);

    assertThatThrownBy(() -> result(Database.open(vertx, nowhere, "sample", IMPATIENT)))
        .cause()
        .isInstanceOf(DatabaseStartException.class)
        .hasMessage("the database at 127.0.0.1:1/postgres is away")
        .hasNoCause();
  }

  @Test
  void aServerThatComesWithinTheTimeIsWaitedFor() throws Exception {
    server.close();
    Future<Database> opening = open();
    server = EmbeddedDatabase.start(folder, server.config().port());

    result(result(opening).check());
    result(opening.result().close());
  }

  @Test
  void aWrongPasswordFailsTheStartAtOnceInOneLine() {
    DatabaseConfig config = server.config();
    DatabaseConfig wrong =
        new DatabaseConfig(
            config.host(), config.port(), config.database(), config.user(), "guess", config.tls());

    assertThatThrownBy(() -> result(Database.open(vertx, wrong, "sample")))
        .cause()
        .isInstanceOf(DatabaseStartException.class)
        .hasMessageContaining("password authentication failed")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("guess");
  }

  @Test
  void aSchemaThatIsNoNameIsRefused() {
    assertThatThrownBy(() -> Database.open(vertx, server.config(), "sample; DROP TABLE things"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Future<Database> open() {
    return Database.open(vertx, server.config(), "sample");
  }

  /** The pool may hand out the lost connection once more before it hears of the loss. */
  private static Future<Void> checkUntilWell(Database database) {
    return database
        .check()
        .recover(
            failure -> {
              assertThat(Database.unavailable(failure)).isTrue();
              return vertx
                  .timer(10, TimeUnit.MILLISECONDS)
                  .compose(passed -> checkUntilWell(database));
            });
  }

  private static String text(Database database, String sql) throws Exception {
    Row row = result(database.pool().query(sql).execute()).iterator().next();
    return row.getString(0);
  }

  private static <T> T result(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static Throwable failure(Future<?> future) throws Exception {
    try {
      future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      return failed.getCause();
    }
    throw new AssertionError("succeeded");
  }
}

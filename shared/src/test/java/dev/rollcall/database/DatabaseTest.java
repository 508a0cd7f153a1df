package dev.rollcall.database;

import static dev.rollcall.database.TestServer.failure;
import static dev.rollcall.database.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
    result(before.query(client -> client.query("DROP SCHEMA sample CASCADE").execute()));
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
    result(database.close());
  }

  @Test
  void aServerThatTakesConnectionsAndSaysNothingIsAwayAndHoldsNoPlaces() throws Exception {
    try (SilentServer silent = new SilentServer()) {
      Pool pool = Pools.open(vertx, config(silent.port(), "pw"), "sample");

      List<Future<SqlConnection>> first = Stream.generate(pool::getConnection).limit(8).toList();
      Throwable waited = failure(Future.join(first));
      Throwable waitedToo = failure(pool.getConnection());

      assertThat(Database.unavailable(waited)).isTrue();
      assertThat(Database.unavailable(waitedToo)).isTrue();
      for (int connection = 0; connection < 9; connection++) {
        silent.next().close();
      }
      result(pool.close());
    }
  }

  @Test
  void aSocketOnWhichNothingIsHeardIsClosed() throws Exception {
    try (SilentServer silent = new SilentServer()) {
      PgConnectOptions options =
          new PgConnectOptions().setHost("127.0.0.1").setPort(silent.port()).setUser("ana");
      Pool pool =
          new PromptDriver()
              .createPool(
                  vertx,
                  () -> Future.succeededFuture(options),
                  new PoolOptions(),
                  new NetClientOptions().setReadIdleTimeout(1),
                  null);

      Future<SqlConnection> connecting = pool.getConnection();

      assertThat(silent.next().getInputStream().readAllBytes()).isNotEmpty();
      assertThat(Database.unavailable(failure(connecting))).isTrue();
      result(pool.close());
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
    DatabaseConfig wrong = config(server.config().port(), "guess");

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

  private static DatabaseConfig config(int port, String password) {
    DatabaseConfig config = server.config();
    return new DatabaseConfig(
        config.host(), port, config.database(), config.user(), password, config.tls());
  }

  private static String text(Database database, String sql) throws Exception {
    return result(database.query(client -> client.query(sql).execute()))
        .iterator()
        .next()
        .getString(0);
  }
}

package dev.rollcall.database;

import dev.rollcall.node.Node;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.healthchecks.Status;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A service's database: one schema of a PostgreSQL, brought up to date, behind a bounded pool.
 *
 * <p>While the server is away, requests fail and {@link #unavailable} tells so; when it returns
 * they succeed again, within 2 s and without a restart. Statements name tables without a schema:
 * the connection's search path is the service's own and nothing else.
 */
public final class Database {
  /** How long a start waits for a server that is away. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Of a schema, or of a facility within it: needs no quotes in SQL and no care in a path. */
  private static final String NAME = "[a-z][a-z_]*";

  private static final long CHECK_MILLIS = 1_000;

  /** Longer than a check: what is at stake is not one instance, but all its requests. */
  private static final long QUESTION_MILLIS = 2_000;

  private final Vertx vertx;
  private final DatabaseConfig config;
  private final String schema;
  private final Pool pool;
  private final List<Supplier<Future<Void>>> closing = new CopyOnWriteArrayList<>();
  private final Pool one;
  private final Loans loans;
  private final Circuit circuit;
  private final DatabaseMetrics metrics = new DatabaseMetrics();

  private Database(Vertx vertx, DatabaseConfig config, String schema) {
    this.vertx = vertx;
    this.config = config;
    this.schema = schema;
    this.pool = Pools.open(vertx, config, schema);
    this.one = Pools.openOne(vertx, config, schema);
    this.loans = new Loans(pool, metrics::timeOver);
    Loans ones = new Loans(one, () -> {});
    this.circuit =
        new Circuit(
            vertx, config.place(), () -> ones.lend(QUESTION_MILLIS, Database::signOfLife), metrics);
  }

  /**
   * Opens the database that {@code DATABASE_URL} names or, in development without one, an embedded
   * server beneath {@code ROLLCALL_DATA_DIR}. Adds the readiness check {@code database}. Closed
   * with the verticle that opens it, or with the node.
   *
   * @param schema the service's own schema; its migrations are in {@code classpath:db/SCHEMA}
   * @return fails with {@link dev.rollcall.node.ConfigurationException}, or with {@link
   *     DatabaseStartException}: at once when the server refuses, after 30 s when it stays away
   */
  public static Future<Database> open(Node node, String schema) {
    DatabaseVerticle verticle = new DatabaseVerticle(node.environment(), schema);
    return node.vertx()
        .deployVerticle(verticle)
        .map(deployed -> verticle.database())
        .onSuccess(database -> database.register(node));
  }

  /** As {@link #open(Node, String)}, where the server is known; whoever opens closes. */
  public static Future<Database> open(Vertx vertx, DatabaseConfig config, String schema) {
    return open(vertx, config, schema, PATIENCE);
  }

  /**
   * @param patience how long a server that is away is waited for
   */
  static Future<Database> open(
      Vertx vertx, DatabaseConfig config, String schema, Duration patience) {
    if (!schema.matches(NAME)) {
      throw new IllegalArgumentException("not a name for a schema: " + schema);
    }
    return Migrations.run(vertx, config, schema, patience)
        .map(done -> new Database(vertx, config, schema));
  }

  /**
   * Brings the tables of a facility up to date that a service keeps in its own schema beside its
   * own tables: its migrations are in {@code classpath:db/NAME}, numbered for themselves, and what
   * was done is remembered in {@code NAME_schema_history}. Several instances may do so at once.
   *
   * @return fails with {@link DatabaseStartException}, as {@link #open(Node, String)}
   */
  public Future<Void> migrate(String name) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException("not a name for migrations: " + name);
    }
    return Migrations.run(vertx, config, schema, name, PATIENCE);
  }

  /**
   * Tells whether a failure of this database means that the server is away or too busy, so that the
   * same may succeed later; else what was asked of it is wrong.
   */
  public static boolean unavailable(Throwable failure) {
    return Availability.lost(failure);
  }

  /**
   * Runs statements outside a transaction, each of which is one of its own, on one connection: one
   * after another, and none after the returned future is complete.
   *
   * @return fails as {@link #unavailable} when the server is away or too busy: within 7 s, and at
   *     once while it is known to be away. A statement may have been done all the same, where the
   *     answer was lost
   */
  public <T> Future<T> query(Function<SqlClient, Future<T>> work) {
    return circuit.guard(() -> loans.lend(Pools.ANSWER_MILLIS, work::apply));
  }

  /**
   * Runs a transaction: committed when the future of the work succeeds, rolled back when it fails
   * or the work throws. When the returned future succeeds it is committed. Work that takes longer
   * than 7 s is given up: its connection is cut, the transaction rolled back.
   *
   * @param work may be called again, up to five times, where the server could not serialise what it
   *     did with what others did, and has rolled it back
   * @return fails as {@link #unavailable} when the server is away or too busy: within 7 s, and at
   *     once while it is known to be away. It may have been committed all the same, where the
   *     answer was lost
   */
  public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
    return circuit.guard(
        () -> new Attempts<>(vertx, loans, Pools.ANSWER_MILLIS, work, metrics).run());
  }

  /** Asks the server for a sign of life; fails within a second when there is none. */
  public Future<Void> check() {
    return circuit.guard(() -> loans.lend(CHECK_MILLIS, Database::signOfLife)).mapEmpty();
  }

  /** Says what is to be done before this closes, while statements still run. */
  public void beforeClosing(Supplier<Future<Void>> action) {
    closing.add(action);
  }

  /** Closes, whether or not what was to be done before has succeeded. */
  public Future<Void> close() {
    return Future.join(closing.stream().map(Supplier::get).toList()).transform(done -> closeNow());
  }

  private Future<Void> closeNow() {
    circuit.close();
    return Future.join(pool.close(), one.close()).mapEmpty();
  }

  private void register(Node node) {
    register(node.metrics());
    node.readiness()
        .register(
            "database",
            // Not ready is an answer; no answer would be a fault of the check.
            2 * CHECK_MILLIS,
            promise -> check().map(Status.OK()).onComplete(promise));
  }

  void register(MeterRegistry registry) {
    metrics.register(registry, schema, circuit::open);
  }

  private static Future<RowSet<Row>> signOfLife(SqlConnection connection) {
    return connection.query("SELECT 1").execute();
  }
}

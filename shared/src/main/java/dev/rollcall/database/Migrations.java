package dev.rollcall.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a schema up to date, from {@code classpath:db/SCHEMA} or, for a facility that keeps its
 * tables beside a service's own, from {@code classpath:db/NAME}. Flyway's lock lets several
 * instances start at once. A server that is away is waited for; anything else fails at once.
 */
final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
  private static final long RETRY_MILLIS = 500;

  private final Vertx vertx;
  private final DatabaseConfig config;
  private final String schema;
  private final String name;
  private final long deadlineNanos;
  private boolean saidAway;

  private Migrations(
      Vertx vertx, DatabaseConfig config, String schema, String name, Duration patience) {
    this.vertx = vertx;
    this.config = config;
    this.schema = schema;
    this.name = name;
    this.deadlineNanos = System.nanoTime() + patience.toNanos();
  }

  static Future<Void> run(Vertx vertx, DatabaseConfig config, String schema, Duration patience) {
    return run(vertx, config, schema, schema, patience);
  }

  /**
   * @param name whose migrations: the schema's own, or those of a facility within it, numbered from
   *     1 again and remembered in a table of their own
   */
  static Future<Void> run(
      Vertx vertx, DatabaseConfig config, String schema, String name, Duration patience) {
    return new Migrations(vertx, config, schema, name, patience).attempt();
  }

  private Future<Void> attempt() {
    return vertx.<Void>executeBlocking(this::migrate).recover(this::again);
  }

  private Future<Void> again(Throwable failure) {
    if (!Availability.lost(failure)) {
      return Future.failedFuture(refused(failure));
    }
    if (System.nanoTime() >= deadlineNanos) {
      return Future.failedFuture(
          new DatabaseStartException("the database at " + config.place() + " is away", failure));
    }
    if (!saidAway) {
      saidAway = true;
      LOG.warn("The database at {} is away: waiting for it", config.place());
    }
    return vertx.timer(RETRY_MILLIS, TimeUnit.MILLISECONDS).compose(passed -> attempt());
  }

  private Void migrate() {
    // Seconds: a server that accepts and then says nothing is away, too.
    String limits = "&connectTimeout=2&loginTimeout=5&socketTimeout=60";
    history()
        .dataSource(config.jdbcUrl() + limits, config.user(), config.password())
        .schemas(schema)
        .locations("classpath:db/" + name)
        .failOnMissingLocations(true)
        .load()
        .migrate();
    return null;
  }

  private FluentConfiguration history() {
    if (name.equals(schema)) {
      return Flyway.configure();
    }
    // Flyway takes a schema with tables and without this history for one that it must not touch,
    // unless told that nothing of it was there before: version 0.
    return Flyway.configure()
        .table(name + "_schema_history")
        .baselineOnMigrate(true)
        .baselineVersion("0");
  }

  private DatabaseStartException refused(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = String.valueOf(root.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
    return new DatabaseStartException(
        "schema %s at %s: %s".formatted(schema, config.place(), reason), failure);
  }
}

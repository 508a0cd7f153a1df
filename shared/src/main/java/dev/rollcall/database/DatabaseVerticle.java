package dev.rollcall.database;

import dev.rollcall.node.Environment;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;

/**
 * The life of a {@link Database}: a child of the verticle that opens it, so that it ends with that
 * one, or with the node.
 */
final class DatabaseVerticle extends VerticleBase {
  private final Environment environment;
  private final String schema;
  private EmbeddedDatabase embedded;
  private Database database;

  DatabaseVerticle(Environment environment, String schema) {
    this.environment = environment;
    this.schema = schema;
  }

  Database database() {
    return database;
  }

  @Override
  public Future<?> start() {
    return server()
        .compose(config -> Database.open(vertx, config, schema))
        .onSuccess(opened -> database = opened)
        .recover(failure -> stopServer().transform(stopped -> Future.failedFuture(failure)));
  }

  @Override
  public Future<?> stop() {
    return database.close().transform(closed -> stopServer());
  }

  private Future<DatabaseConfig> server() {
    if (environment.production()) {
      environment.required("DATABASE_URL", "production starts no database of its own");
    }
    try {
      return environment
          .optional("DATABASE_URL")
          .map(DatabaseConfig::parse)
          .map(Future::succeededFuture)
          .orElseGet(this::startServer);
    } catch (IllegalArgumentException malformed) {
      environment.problem("DATABASE_URL: " + malformed.getMessage());
      environment.check();
      throw malformed;
    }
  }

  private Future<DatabaseConfig> startServer() {
    Path dataDir = Path.of(environment.text("ROLLCALL_DATA_DIR", ".rollcall"));
    int port = environment.port("ROLLCALL_DATABASE_PORT", 0);
    environment.check();
    return vertx
        .executeBlocking(() -> EmbeddedDatabase.startOrJoin(dataDir, port))
        .onSuccess(started -> embedded = started)
        .map(EmbeddedDatabase::config);
  }

  private Future<Void> stopServer() {
    if (embedded == null) {
      return Future.succeededFuture();
    }
    return vertx.executeBlocking(
        () -> {
          embedded.close();
          return null;
        });
  }
}

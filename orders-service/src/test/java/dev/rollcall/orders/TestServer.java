package dev.rollcall.orders;

import dev.rollcall.database.Database;
import dev.rollcall.database.EmbeddedDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A real PostgreSQL for all test classes, with an empty schema for each test. It may be stopped and
 * started again, always on the same port.
 */
final class TestServer implements BeforeAllCallback, BeforeEachCallback {
  private static final Path FOLDER = Path.of("target", "database");

  private final Vertx vertx = Vertx.vertx();
  private Running running;
  private Database database;

  Vertx vertx() {
    return vertx;
  }

  Database database() {
    return database;
  }

  void stop() {
    running.server.close();
  }

  void start() {
    running.server = EmbeddedDatabase.start(FOLDER, running.server.config().port());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    running =
        context
            .getRoot()
            .getStore(Namespace.create(TestServer.class))
            .getOrComputeIfAbsent(Running.class, key -> new Running(), Running.class);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    if (database == null) {
      database = result(Database.open(vertx, running.server.config(), "orders"));
    }
    result(database.pool().query("TRUNCATE orders, items RESTART IDENTITY").execute());
  }

  static <T> T result(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  static Throwable failure(Future<?> future) throws Exception {
    try {
      future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      return failed.getCause();
    }
    throw new AssertionError("succeeded");
  }

  private static final class Running implements AutoCloseable {
    private EmbeddedDatabase server = EmbeddedDatabase.start(FOLDER, 0);

    @Override
    public void close() {
      server.close();
    }
  }
}

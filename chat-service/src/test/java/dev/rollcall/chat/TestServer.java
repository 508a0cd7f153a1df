package dev.rollcall.chat;

import dev.rollcall.database.Database;
import dev.rollcall.database.EmbeddedDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real PostgreSQL for one test class, without a message at each test's begin. */
final class TestServer implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private final Vertx vertx = Vertx.vertx();
  private EmbeddedDatabase server;
  private Database database;

  Vertx vertx() {
    return vertx;
  }

  Database database() {
    return database;
  }

  void stop() {
    server.close();
  }

  void start() {
    server = EmbeddedDatabase.start(Path.of("target", "database"), server.config().port());
  }

  /**
   * The pool may hand out a lost connection once more before it hears of the loss; and a busy
   * machine may take longer for a new one than the pool waits.
   */
  <T> Future<T> askUntilWell(Supplier<Future<T>> question) {
    return question
        .get()
        .recover(
            failure ->
                vertx.timer(10, TimeUnit.MILLISECONDS).compose(passed -> askUntilWell(question)));
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    server = EmbeddedDatabase.start(Path.of("target", "database"), 0);
    database = result(Database.open(vertx, server.config(), "chat"));
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    result(
        askUntilWell(() -> database.pool().query("TRUNCATE messages RESTART IDENTITY").execute()));
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    result(vertx.close());
    server.close();
  }

  static <T> T result(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}

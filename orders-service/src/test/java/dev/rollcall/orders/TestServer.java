package dev.rollcall.orders;

import dev.rollcall.database.Database;
import dev.rollcall.database.EmbeddedDatabase;
import dev.rollcall.outbox.Outbox;
import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.PubSub;
import dev.rollcall.pubsub.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A real PostgreSQL for all test classes, with an empty schema for each test. It may be stopped and
 * started again, always on the same port.
 */
final class TestServer implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private static final Path FOLDER = Path.of("target", "database");

  private final Vertx vertx = Vertx.vertx();
  private Running running;
  private final PubSub pubSub = PubSub.local(vertx);
  private Database database;
  private Outbox outbox;
  private Orders orders;

  Vertx vertx() {
    return vertx;
  }

  Database database() {
    return database;
  }

  /** Where what is committed is announced. */
  PubSub pubSub() {
    return pubSub;
  }

  Outbox outbox() {
    return outbox;
  }

  Orders orders() {
    return orders;
  }

  Future<Stats> stats() {
    return Tallies.stats(database);
  }

  void execute(String sql) throws Exception {
    result(database.query(client -> client.query(sql).execute()));
  }

  long count(String table) throws Exception {
    return result(
        database.query(
            client ->
                client
                    .query("SELECT count(*) FROM " + table)
                    .execute()
                    .map(rows -> rows.iterator().next().getLong(0))));
  }

  /** Returns the only value of the only row, a text. */
  String text(String sql) throws Exception {
    return result(
        database.query(
            client ->
                client.query(sql).execute().map(rows -> rows.iterator().next().getString(0))));
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
      outbox = result(Outbox.open(vertx, database, pubSub, new Tallies()));
      orders = new Orders(database, outbox);
    }
    result(well());
    settle();
    execute(
        "TRUNCATE orders, items, tallies, baskets, outbox_pending, outbox_announcements, outbox_topics,"
            + " outbox_batches RESTART IDENTITY");
  }

  /** That a server is back is found out within a second or so. */
  private Future<Void> well() {
    return database
        .check()
        .recover(away -> vertx.timer(10, TimeUnit.MILLISECONDS).compose(passed -> well()));
  }

  /** What another class announces is not for this one's relay. */
  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (database != null) {
      result(database.close());
      database = null;
    }
  }

  /** Waits until all that was committed is announced: this comes after it. */
  void settle() throws Exception {
    Promise<Message> heard = Promise.promise();
    Subscription subscription = pubSub.subscribe("settled", heard::tryComplete);
    result(
        outbox.transaction(
            (connection, announcements) -> {
              announcements.add("settled", "settled", new JsonObject());
              return Future.succeededFuture();
            }));
    result(heard.future());
    subscription.unsubscribe();
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

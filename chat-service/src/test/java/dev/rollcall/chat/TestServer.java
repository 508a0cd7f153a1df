package dev.rollcall.chat;

import dev.rollcall.database.Database;
import dev.rollcall.database.EmbeddedDatabase;
import dev.rollcall.outbox.Outbox;
import dev.rollcall.outbox.Projection;
import dev.rollcall.pubsub.PubSub;
import dev.rollcall.pubsub.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real PostgreSQL for one test class, with nothing in it at each test's begin. */
final class TestServer implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private static final Path FOLDER = Path.of("target", "database");

  private static final String EMPTY =
      """
      TRUNCATE messages, rooms, reads,
        outbox_pending, outbox_topics, outbox_announcements, outbox_batches
      RESTART IDENTITY
      """;

  /** One instance of the service, as far as its database goes. */
  record Instance(Database database, Outbox outbox) {
    Messages messages() {
      return new Messages(database, outbox);
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final PubSub pubSub = PubSub.local(vertx);
  private EmbeddedDatabase server;
  private Instance instance;

  Vertx vertx() {
    return vertx;
  }

  /** What every instance broadcasts with. */
  PubSub pubSub() {
    return pubSub;
  }

  Database database() {
    return instance.database();
  }

  Instance instance() {
    return instance;
  }

  /** Opens one more instance; whoever opens closes its database. */
  Instance another() throws Exception {
    Database database = result(Database.open(vertx, server.config(), "chat"));
    return new Instance(database, result(Outbox.open(vertx, database, pubSub, Projection.NONE)));
  }

  void stop() {
    server.close();
  }

  void start() {
    server = EmbeddedDatabase.start(FOLDER, server.config().port());
  }

  void run(String sql) throws Exception {
    result(askUntilWell(() -> database().query(client -> client.query(sql).execute())));
  }

  long count(String sql) throws Exception {
    return result(
        database()
            .query(client -> client.query(sql).execute())
            .map(rows -> rows.iterator().next().getLong(0)));
  }

  /** Returns how many deadlocks the server has broken; its statistics would tell of them late. */
  long deadlocks() throws IOException {
    try (Stream<String> log = Files.lines(FOLDER.resolve("postgres").resolve("server.log"))) {
      return log.filter(line -> line.contains("deadlock detected")).count();
    }
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

  /** Completes once all that was committed before has been broadcast. */
  void settle() throws Exception {
    Promise<Void> heard = Promise.promise();
    Subscription subscription = pubSub.subscribe("settled", message -> heard.tryComplete());
    result(
        askUntilWell(
            () ->
                instance
                    .outbox()
                    .transaction(
                        (connection, announcements) -> {
                          announcements.add("settled", "settled", new JsonObject());
                          return Future.succeededFuture();
                        })));
    result(heard.future());
    subscription.unsubscribe();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    server = EmbeddedDatabase.start(FOLDER, 0);
    instance = another();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    settle();
    run(EMPTY);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    result(database().close());
    result(vertx.close());
    server.close();
  }

  static <T> T result(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}

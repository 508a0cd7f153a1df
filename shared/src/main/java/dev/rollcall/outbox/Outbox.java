package dev.rollcall.outbox;

import dev.rollcall.database.Database;
import dev.rollcall.node.Node;
import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.PubSub;
import dev.rollcall.trace.Trace;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Broadcasts what a service has stored: after the commit and never before, at least once, and in
 * one order.
 *
 * <pre>{@code
 * outbox.transaction((connection, announcements) ->
 *     insert(connection, order)
 *         .onSuccess(stored -> announcements.add("orders", "order_created", stored.toJson())));
 * }</pre>
 *
 * <p>The announcement is a row of the same transaction: rolled back it never was, committed it is
 * broadcast at once and, where this instance dies before, by another or by its successor. A number
 * drawn within the transaction would not do for a position: the transaction that drew the lower one
 * may commit later, and who has heard the higher one would take it for known. So positions are
 * given after the commit, under a lock that no business transaction waits for: of one topic they
 * are 1, 2, 3 and so on without a hole. Of two announcements of which the second was made by who
 * could see the first, the second has the higher one.
 *
 * <p>A crash may have something broadcast twice, under the same position: who subscribes with
 * {@link #history} hears it once. Topic and position are the id of an announcement.
 */
public final class Outbox {
  private static final String TABLES = "outbox";
  private static final int MAX_KEPT_HOURS = 24 * 366;

  private final Database database;
  private final Relay relay;

  private Outbox(Database database, Relay relay) {
    this.database = database;
    this.relay = relay;
  }

  /** As {@link #open(Node, Database, Projection)}, and keeps nothing besides. */
  public static Future<Outbox> open(Node node, Database database) {
    return open(node, database, Projection.NONE);
  }

  /**
   * Opens the outbox of a service: creates its tables where they are not there yet, and begins to
   * broadcast what is in them. Ends with the database. Announcements are kept for {@code
   * ROLLCALL_HISTORY_HOURS}, 24 unless it is said.
   *
   * @param projection what else is kept of each announcement
   * @return fails with {@link dev.rollcall.database.DatabaseStartException}, as {@link
   *     Database#open}
   */
  public static Future<Outbox> open(Node node, Database database, Projection projection) {
    int hours = node.environment().number("ROLLCALL_HISTORY_HOURS", 24, 1, MAX_KEPT_HOURS);
    node.environment().check();
    return open(
        node.vertx(),
        database,
        projection,
        node.pubSub()::broadcast,
        OutboxTimes.keeping(Duration.ofHours(hours)),
        node.metrics());
  }

  /** As {@link #open(Node, Database, Projection)}, of a program that is no node. */
  public static Future<Outbox> open(
      Vertx vertx, Database database, PubSub pubSub, Projection projection) {
    return open(
        vertx,
        database,
        projection,
        pubSub::broadcast,
        OutboxTimes.keeping(Duration.ofHours(24)),
        new SimpleMeterRegistry());
  }

  static Future<Outbox> open(
      Vertx vertx,
      Database database,
      Projection projection,
      Consumer<Message> broadcast,
      OutboxTimes times,
      MeterRegistry registry) {
    Relay relay =
        new Relay(vertx, database, projection, broadcast, times, new OutboxMetrics(registry));
    return database
        .migrate(TABLES)
        .onSuccess(migrated -> relay.start())
        .onSuccess(migrated -> database.beforeClosing(relay::stop))
        .map(started -> new Outbox(database, relay));
  }

  /**
   * Runs a transaction, as {@link Database#transaction}, that announces what it does. What it
   * announces is broadcast once it is committed, as a part of the caller's {@link Trace}.
   */
  public <T> Future<T> transaction(BiFunction<SqlConnection, Announcements, Future<T>> work) {
    AtomicBoolean announcing = new AtomicBoolean();
    Optional<Trace> trace = Trace.current();
    return database
        .transaction(
            connection -> announced(connection, work, new Announcements(trace), announcing))
        // One that is not known to have been committed may have been.
        .onComplete(ended -> wakeIf(announcing.get()));
  }

  private static <T> Future<T> announced(
      SqlConnection connection,
      BiFunction<SqlConnection, Announcements, Future<T>> work,
      Announcements announcements,
      AtomicBoolean announcing) {
    return work.apply(connection, announcements)
        .onSuccess(result -> announcing.set(!announcements.isEmpty()))
        .compose(result -> announcements.store(connection).map(result));
  }

  private void wakeIf(boolean announcing) {
    if (announcing) {
      relay.wake();
    }
  }

  /** Returns what was announced, for those who were away or missed some of it. */
  public History history() {
    return new History() {
      @Override
      public Future<Long> last(String topic) {
        return database.query(client -> OutboxTables.last(client, topic));
      }

      @Override
      public Future<List<Message>> after(String topic, long position, int limit) {
        return database.query(client -> OutboxTables.after(client, topic, position, limit));
      }
    };
  }
}

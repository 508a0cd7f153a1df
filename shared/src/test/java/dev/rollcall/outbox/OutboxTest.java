package dev.rollcall.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.database.Database;
import dev.rollcall.database.EmbeddedDatabase;
import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import dev.rollcall.trace.Trace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OutboxTest {
  private static final String TOPIC = "things";
  private static final OutboxTimes QUICK =
      new OutboxTimes(50, Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofHours(1));
  private static final OutboxTimes ONLY_WHEN_WOKEN =
      new OutboxTimes(600_000, Duration.ofMillis(100), Duration.ofHours(1), Duration.ofHours(1));

  private static final Trace TRACE =
      new Trace("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

  @TempDir static Path folder;
  private static EmbeddedDatabase server;

  private final Vertx vertx = Vertx.vertx();
  private final List<Database> opened = new ArrayList<>();
  private final Heard heard = new Heard();
  private Database database;

  @BeforeAll
  static void start() {
    server = EmbeddedDatabase.start(folder, 0);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    database = database();
    result(
        database.query(client -> client.query("DROP SCHEMA sample CASCADE").execute().mapEmpty()));
    result(database.close());
    database = database();
  }

  @AfterEach
  void close() throws Exception {
    for (Database each : opened) {
      result(each.close());
    }
    result(vertx.close());
  }

  private Database database() throws Exception {
    Database one = result(Database.open(vertx, server.config(), "sample"));
    opened.add(one);
    return one;
  }

  private Outbox outbox(Database of, OutboxTimes times, Projection projection, Heard by)
      throws Exception {
    return result(Outbox.open(vertx, of, projection, by, times, new SimpleMeterRegistry()));
  }

  private Outbox outbox() throws Exception {
    return outbox(database, ONLY_WHEN_WOKEN, Projection.NONE, heard);
  }

  @Test
  void whatIsCommittedIsBroadcastAtOnceAndInOrder() throws Exception {
    Outbox outbox = outbox();
    for (int i = 1; i <= 20; i++) {
      result(store(outbox, i));
    }
    heard.awaitWhole(TOPIC, 20);

    assertThat(heard.numbers(TOPIC)).containsExactlyElementsOf(range(1, 20));
    assertThat(heard.messages().get(0).event()).isEqualTo("stored");
    assertThat(things()).containsExactlyElementsOf(range(1, 20));
  }

  @Test
  void anAnnouncementBelongsToTheTraceOfWhatItFollowsFrom() throws Exception {
    Trace.followOnBus(vertx);
    Outbox outbox = outbox();
    vertx
        .eventBus()
        .<Integer>consumer(
            "store",
            message -> store(outbox, message.body()).onSuccess(done -> message.reply("done")));
    DeliveryOptions traced = new DeliveryOptions().addHeader(Trace.HEADER, TRACE.traceparent());
    result(vertx.eventBus().request("store", 1, traced));
    result(store(outbox, 2));
    heard.awaitWhole(TOPIC, 2);
    assertThat(heard.messages())
        .extracting(Message::trace)
        .containsExactly(Optional.of(TRACE), Optional.empty());
    assertThat(result(outbox.history().after(TOPIC, 0, 10)))
        .extracting(Message::trace)
        .containsExactly(Optional.of(TRACE), Optional.empty());
  }

  @Test
  void whatWasNumberedByOneThatDiedIsStillWithinItsTrace() throws Exception {
    result(database.migrate("outbox"));
    Message message = Message.of(TOPIC, "stored", 0, new JsonObject().put("number", 1));
    result(
        database.transaction(
            connection ->
                OutboxTables.add(connection, List.of(message.within(Optional.of(TRACE))))));
    result(database.transaction(OutboxTables::stamp));
    outbox(database, QUICK, Projection.NONE, heard);
    heard.awaitWhole(TOPIC, 1);
    assertThat(heard.messages().get(0).trace()).contains(TRACE);
  }

  /** During a rolling update. */
  @Test
  void anInstanceThatKnowsNoTracesAnnouncesBesideOneThatDoes() throws Exception {
    outbox(database, QUICK, Projection.NONE, heard);
    result(
        database.query(
            client ->
                client
                    .preparedQuery(
                        "INSERT INTO outbox_pending (topic, event, payload) VALUES ($1, $2, $3)")
                    .execute(Tuple.of(TOPIC, "stored", "{\"number\":1}"))
                    .mapEmpty()));
    heard.awaitWhole(TOPIC, 1);
    assertThat(heard.messages().get(0).trace()).isEmpty();
  }

  @Test
  void nothingIsBroadcastBeforeTheCommit() throws Exception {
    Outbox outbox = outbox();
    Promise<Void> hold = Promise.promise();
    Future<Void> open =
        outbox.transaction(
            (connection, announcements) -> {
              announce(announcements, 1);
              return insert(connection, 1).compose(done -> hold.future());
            });
    result(store(outbox, 2));
    heard.await(1);

    assertThat(heard.numbers(TOPIC)).containsExactly(2);
    hold.complete();
    result(open);
    heard.awaitWhole(TOPIC, 2);
    assertThat(heard.numbers(TOPIC)).containsExactly(2, 1);
  }

  @Test
  void aRollbackAnnouncesNothing() throws Exception {
    Outbox outbox = outbox();
    Throwable refused =
        failure(
            outbox.transaction(
                (connection, announcements) -> {
                  announce(announcements, 1);
                  return insert(connection, 1).compose(done -> Future.failedFuture("no"));
                }));
    Throwable thrown =
        failure(
            outbox.transaction(
                (connection, announcements) -> {
                  announce(announcements, 2);
                  throw new IllegalStateException("broken");
                }));
    result(store(outbox, 3));
    Throwable violation = failure(store(outbox, 3));
    Throwable tooLong =
        failure(
            outbox.transaction(
                (connection, announcements) -> {
                  announce(announcements, 4);
                  return connection
                      .query("SET LOCAL statement_timeout = 50; SELECT pg_sleep(5)")
                      .execute();
                }));
    result(store(outbox, 5));
    heard.awaitWhole(TOPIC, 2);

    assertThat(refused).hasMessage("no");
    assertThat(thrown).hasMessage("broken");
    assertThat(violation).hasMessageContaining("things_pkey");
    assertThat(tooLong).hasMessageContaining("statement timeout");
    assertThat(heard.numbers(TOPIC)).containsExactly(3, 5);
    assertThat(things()).containsExactly(3, 5);
    assertThat(count("outbox_pending")).isZero();
  }

  @Test
  void anAnnouncementThatIsNoneIsRefusedAndNothingIsStored() throws Exception {
    Outbox outbox = outbox();
    Throwable refused =
        failure(
            outbox.transaction(
                (connection, announcements) ->
                    insert(connection, 1)
                        .onSuccess(done -> announcements.add("", "stored", new JsonObject()))));

    assertThat(refused).isInstanceOf(IllegalArgumentException.class);
    assertThat(things()).isEmpty();
  }

  /** Vert.x keeps to itself what such a handler throws. */
  @Test
  void anAnnouncementThatCannotBeEncodedIsRefusedToo() throws Exception {
    Outbox outbox = outbox();
    JsonObject odd = new JsonObject().put("thread", Thread.currentThread());
    for (JsonObject payload : Arrays.asList(odd, null)) {
      Throwable refused =
          failure(
              outbox.transaction(
                  (connection, announcements) ->
                      insert(connection, 1)
                          .onSuccess(done -> announcements.add(TOPIC, "stored", payload))));

      assertThat(refused).isInstanceOf(RuntimeException.class);
    }
    assertThat(things()).isEmpty();
  }

  @Test
  void whatIsAnnouncedAfterTheWorkIsRefused() throws Exception {
    AtomicReference<Announcements> kept = new AtomicReference<>();
    result(
        outbox()
            .transaction(
                (connection, announcements) -> {
                  kept.set(announcements);
                  return insert(connection, 1);
                }));

    assertThatThrownBy(() -> announce(kept.get(), 1)).isInstanceOf(IllegalStateException.class);
  }

  /** The one that drew the lower number commits later. */
  @Test
  void positionsFollowTheOrderOfCommits() throws Exception {
    Outbox outbox = outbox();
    Promise<Void> hold = Promise.promise();
    Promise<Void> inserted = Promise.promise();
    Future<Void> first =
        database.transaction(
            connection ->
                OutboxTables.add(connection, List.of(message(1)))
                    .onSuccess(inserted::complete)
                    .compose(done -> hold.future()));
    result(inserted.future());
    result(store(outbox, 2));
    heard.awaitWhole(TOPIC, 1);
    hold.complete();
    result(first);
    result(store(outbox, 3));
    heard.awaitWhole(TOPIC, 3);

    assertThat(heard.numbers(TOPIC)).containsExactly(2, 1, 3);
    List<Message> stored = result(outbox.history().after(TOPIC, 0, 10));
    assertThat(stored).extracting(Message::position).containsExactly(1L, 2L, 3L);
    assertThat(stored).extracting(each -> each.payload().getInteger("n")).containsExactly(2, 1, 3);
  }

  @Test
  void whatAnInstanceCommittedAndDidNotNumberIsBroadcastByAnother() throws Exception {
    outbox(database, QUICK, Projection.NONE, heard);
    result(
        database.transaction(
            connection -> OutboxTables.add(connection, List.of(message(1), message(2)))));

    heard.awaitWhole(TOPIC, 2);
    assertThat(heard.numbers(TOPIC)).containsExactly(1, 2);
  }

  @Test
  void whatAnInstanceNumberedAndDidNotBroadcastIsBroadcastByOneOther() throws Exception {
    outbox(database, ONLY_WHEN_WOKEN, Projection.NONE, new Heard());
    result(
        database.transaction(
            connection ->
                OutboxTables.add(connection, List.of(message(1), message(2)))
                    .compose(done -> OutboxTables.stamp(connection))));
    outbox(database, QUICK, Projection.NONE, heard);
    outbox(database(), QUICK, Projection.NONE, heard);

    heard.awaitWhole(TOPIC, 2);
    Heard.awaitThat(() -> count("outbox_batches") == 0, "nothing is left to broadcast");
    assertThat(heard.messages()).hasSize(2);
  }

  @Test
  void allThatADeadInstanceLeftIsBroadcastByOneSweep() throws Exception {
    outbox(database, ONLY_WHEN_WOKEN, Projection.NONE, new Heard());
    int left = 2 * OutboxTables.MAX_OVERDUE + 1;
    for (int i = 1; i <= left; i++) {
      List<Message> one = List.of(message(i));
      result(
          database.transaction(
              connection ->
                  OutboxTables.add(connection, one)
                      .compose(done -> OutboxTables.stamp(connection))));
    }
    Duration sweep = Duration.ofSeconds(3);
    long startedNanos = System.nanoTime();
    outbox(database, sweeping(sweep), Projection.NONE, heard);

    heard.awaitWhole(TOPIC, left);
    assertThat(Duration.ofNanos(System.nanoTime() - startedNanos))
        .isLessThan(sweep.multipliedBy(2));
  }

  private static OutboxTimes sweeping(Duration every) {
    return new OutboxTimes(
        every.toMillis(), Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofHours(1));
  }

  @Test
  void whatWasBroadcastIsNotBroadcastAgain() throws Exception {
    Outbox outbox = outbox(database, QUICK, Projection.NONE, heard);
    for (int i = 1; i <= 20; i++) {
      result(store(outbox, i));
    }
    heard.awaitWhole(TOPIC, 20);
    Heard.awaitThat(() -> count("outbox_batches") == 0, "nothing is left to broadcast");

    assertThat(heard.messages()).hasSize(20);
    assertThat(count("outbox_pending")).isZero();
  }

  @Test
  void whoFindsABatchOfItsOwnDoesNotBroadcastItAgain() throws Exception {
    OutboxTimes neverSettled =
        new OutboxTimes(20, Duration.ofHours(1), Duration.ofMillis(20), Duration.ofHours(1));
    result(store(outbox(database, neverSettled, Projection.NONE, heard), 1));
    heard.awaitWhole(TOPIC, 1);
    for (int i = 0; i < 3; i++) {
      String before = stamped();
      Heard.awaitThat(() -> !stamped().equals(before), "it is claimed");
    }

    assertThat(heard.messages()).hasSize(1);
  }

  private String stamped() {
    try {
      String sql = "SELECT stamped_at::text FROM outbox_batches";
      return result(
          database.query(
              client ->
                  client.query(sql).execute().map(rows -> rows.iterator().next().getString(0))));
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void anInstanceThatClosesLeavesNothingBehind() throws Exception {
    Database other = database();
    Outbox outbox = outbox(other, ONLY_WHEN_WOKEN, Projection.NONE, heard);
    result(store(outbox, 1));
    heard.awaitWhole(TOPIC, 1);
    assertThat(count("outbox_batches")).isEqualTo(1);
    result(other.close());

    assertThat(count("outbox_batches")).isZero();
  }

  @Test
  void severalInstancesGiveEachPositionOnce() throws Exception {
    List<Outbox> outboxes =
        List.of(
            outbox(database, QUICK, Projection.NONE, heard),
            outbox(database(), QUICK, Projection.NONE, heard),
            outbox(database(), QUICK, Projection.NONE, heard));
    List<Future<?>> stored = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      int n = i;
      stored.add(
          outboxes
              .get(i % 3)
              .transaction(
                  (connection, announcements) -> {
                    announcements.add("topic:" + n % 7, "stored", new JsonObject().put("n", n));
                    announcements.add("all", "stored", new JsonObject().put("n", n));
                    return Future.succeededFuture();
                  }));
      if (stored.size() == 60) {
        result(Future.all(stored));
        stored.clear();
      }
    }
    heard.await(1_200);

    Set<Long> all = new TreeSet<>(heard.positions("all"));
    assertThat(heard.messages()).hasSize(1_200);
    assertThat(all).containsExactlyElementsOf(LongStream.rangeClosed(1, 600).boxed().toList());
    for (int topic = 0; topic < 7; topic++) {
      List<Long> positions = heard.positions("topic:" + topic);
      assertThat(new TreeSet<>(positions)).hasSize(positions.size());
      assertThat(positions).contains((long) positions.size());
    }
  }

  @Test
  void moreThanOneRoundTakesGoesInSeveral() throws Exception {
    int many = OutboxTables.MAX_BATCH * 2 + 10;
    Outbox outbox = outbox();
    result(
        outbox.transaction(
            (connection, announcements) -> {
              range(1, many).forEach(n -> announce(announcements, n));
              return Future.succeededFuture();
            }));
    heard.awaitWhole(TOPIC, many);

    assertThat(heard.numbers(TOPIC)).containsExactlyElementsOf(range(1, many));
  }

  @Test
  void whatIsLargeGoesInSeveralRounds() throws Exception {
    String large = "x".repeat(200_000);
    Outbox outbox = outbox();
    result(
        outbox.transaction(
            (connection, announcements) -> {
              range(1, 12)
                  .forEach(
                      n ->
                          announcements.add(
                              TOPIC, "stored", new JsonObject().put("n", n).put("text", large)));
              return Future.succeededFuture();
            }));
    heard.awaitWhole(TOPIC, 12);

    assertThat(count("outbox_batches")).isGreaterThan(1);
    assertThat(result(outbox.history().after(TOPIC, 0, 12)))
        .extracting(Message::position)
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void aProjectionHasEachAnnouncementOnceThoughItFailsAtFirst() throws Exception {
    result(database.query(client -> client.query("CREATE TABLE sums (n bigint)").execute()));
    AtomicInteger failures = new AtomicInteger(3);
    Projection sums =
        (connection, announced) -> {
          List<Tuple> numbers =
              announced.stream().map(each -> Tuple.of(each.payload().getInteger("n"))).toList();
          return connection
              .preparedQuery("INSERT INTO sums VALUES ($1)")
              .executeBatch(numbers)
              .compose(
                  done ->
                      failures.getAndDecrement() > 0
                          ? Future.failedFuture("not yet")
                          : Future.succeededFuture());
        };
    Outbox outbox = outbox(database, QUICK, sums, heard);
    for (int i = 1; i <= 30; i++) {
      result(store(outbox, i));
    }
    heard.awaitWhole(TOPIC, 30);

    assertThat(numbers("SELECT n::int FROM sums ORDER BY n"))
        .containsExactlyElementsOf(range(1, 30));
  }

  @Test
  void theHistoryIsPagedAndKnowsItsEnd() throws Exception {
    Outbox outbox = outbox();
    History history = outbox.history();
    assertThat(result(history.last(TOPIC))).isZero();
    for (int i = 1; i <= 10; i++) {
      result(store(outbox, i));
    }
    heard.awaitWhole(TOPIC, 10);

    assertThat(result(history.last(TOPIC))).isEqualTo(10);
    assertThat(result(history.last("other"))).isZero();
    assertThat(result(history.after(TOPIC, 3, 4)))
        .extracting(Message::position)
        .containsExactly(4L, 5L, 6L, 7L);
    assertThat(result(history.after(TOPIC, 10, 4))).isEmpty();
  }

  @Test
  void whatIsOldIsTakenAwayButNotItsPositions() throws Exception {
    Outbox outbox = outbox();
    result(store(outbox, 1));
    result(store(outbox, 2));
    heard.awaitWhole(TOPIC, 2);
    result(
        database.query(
            client ->
                client
                    .query(
                        "UPDATE outbox_announcements SET stamped_at = now() - interval '2 hours'"
                            + " WHERE position = 1")
                    .execute()));
    int pruned = result(database.query(client -> OutboxTables.prune(client, Duration.ofHours(1))));

    assertThat(pruned).isEqualTo(1);
    assertThat(result(outbox.history().after(TOPIC, 0, 10)))
        .extracting(Message::position)
        .containsExactly(2L);
    assertThat(result(outbox.history().last(TOPIC))).isEqualTo(2);
    result(store(outbox, 3));
    heard.awaitWhole(TOPIC, 3);
  }

  @Test
  void whatIsSaidIsHeardAsItWas() throws Exception {
    JsonObject odd =
        new JsonObject().put("text", "\u0000 \" \\ \u2028 \uD83D\uDE00 '); DROP TABLE x; --");
    Outbox outbox = outbox();
    result(
        outbox.transaction(
            (connection, announcements) -> {
              announcements.add("t'opic \u00e9", "ev\"ent", odd);
              return Future.succeededFuture();
            }));
    heard.await(1);

    assertThat(heard.messages().get(0).payload()).isEqualTo(odd);
    assertThat(heard.messages().get(0).topic()).isEqualTo("t'opic \u00e9");
    assertThat(heard.messages().get(0).event()).isEqualTo("ev\"ent");
  }

  private static Future<Void> store(Outbox outbox, int n) {
    return outbox.transaction(
        (connection, announcements) -> {
          announce(announcements, n);
          return insert(connection, n);
        });
  }

  private static Future<Void> insert(SqlConnection connection, int n) {
    return connection
        .preparedQuery("INSERT INTO things VALUES ($1::int::text)")
        .execute(Tuple.of(n))
        .mapEmpty();
  }

  private static void announce(Announcements announcements, int n) {
    announcements.add(TOPIC, "stored", new JsonObject().put("n", n));
  }

  private static Message message(int n) {
    return Message.of(TOPIC, "stored", Message.NO_POSITION, new JsonObject().put("n", n));
  }

  private static List<Integer> range(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  private List<Integer> things() throws Exception {
    return numbers("SELECT name::int FROM things ORDER BY 1");
  }

  private int count(String table) {
    try {
      return numbers("SELECT count(*)::int FROM " + table).get(0);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private List<Integer> numbers(String sql) throws Exception {
    return result(
        database.query(
            client ->
                client
                    .query(sql)
                    .execute()
                    .map(rows -> rows.stream().map(row -> row.getInteger(0)).toList())));
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

package dev.rollcall.chat;

import dev.rollcall.database.Database;
import dev.rollcall.outbox.Announcements;
import dev.rollcall.outbox.Outbox;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The messages in the database, and what is announced of them.
 *
 * <p>A room's row is locked by who posts to it, until the commit: so its messages are numbered 1,
 * 2, 3 and so on without a hole, in the order in which they are committed, and who posts the same
 * message at the same moment elsewhere waits and then finds it. Rows are locked in one order in all
 * transactions, rooms by name and then client ids, so that no two wait for each other.
 */
final class Messages {
  private static final String CREATE_ROOMS =
      """
      INSERT INTO rooms (name)
      SELECT DISTINCT name FROM unnest($1::text[]) AS posted (name) ORDER BY name
      ON CONFLICT DO NOTHING
      RETURNING name
      """;

  /** Those that this transaction has created for nothing. */
  private static final String DROP_ROOMS = "DELETE FROM rooms WHERE name = ANY ($1)";

  /** The foreign keys of others' messages and reads need not wait for it. */
  private static final String LOCK_ROOMS =
      """
      SELECT name, last_number FROM rooms WHERE name = ANY ($1) ORDER BY name FOR NO KEY UPDATE
      """;

  private static final String SELECT_POSTED =
      """
      SELECT %s
      FROM messages JOIN unnest($1::text[], $2::text[]) AS posted (author, client_id)
        USING (author, client_id)
      """
          .formatted(Rows.COLUMNS);

  /**
   * The ids are drawn in the order of the numbers; the rows are inserted in the order of what they
   * lock. The time is that of this statement: when the transaction began, it waited for the room.
   */
  private static final String INSERT =
      """
      WITH posted AS MATERIALIZED (
        SELECT nextval('messages_id_seq') AS id, room, number, author, text, client_id
        FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[])
          AS posted (room, number, author, text, client_id)
      ), numbered AS (
        UPDATE rooms SET last_number = last
        FROM (SELECT room, max(number) AS last FROM posted GROUP BY room) AS lasts
        WHERE name = room
      )
      INSERT INTO messages (id, room, number, author, text, client_id, sent_at)
      OVERRIDING SYSTEM VALUE
      SELECT id, room, number, author, text, client_id, statement_timestamp()
      FROM posted ORDER BY author, client_id
      RETURNING %s
      """
          .formatted(Rows.COLUMNS);

  private static final String SELECT_BEFORE =
      """
      SELECT %s FROM messages WHERE room = $1 AND number < $2 ORDER BY number DESC LIMIT $3
      """
          .formatted(Rows.COLUMNS);
  private static final String LOCK_ONE =
      """
      SELECT %s FROM messages WHERE room = $1 AND number = $2 FOR NO KEY UPDATE
      """
          .formatted(Rows.COLUMNS);
  private static final String EDIT =
      """
      UPDATE messages SET text = $2, edited_at = statement_timestamp() WHERE id = $1 RETURNING %s
      """
          .formatted(Rows.COLUMNS);
  private static final String DELETE =
      """
      UPDATE messages SET text = '', deleted_at = statement_timestamp() WHERE id = $1 RETURNING %s
      """
          .formatted(Rows.COLUMNS);

  private static final String UNIQUE_VIOLATION = "23505";

  private final Database database;
  private final Outbox outbox;

  Messages(Database database, Outbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  /**
   * Stores messages, all or none, each as the next of its room; rooms that are not there yet are
   * created. What was stored before is found instead. When the future completes it is committed.
   *
   * @return what is stored under each of the ids by now, which may be another message: {@link
   *     NewMessage#isStoredAs} tells
   */
  Future<Map<PostId, StoredMessage>> store(List<NewMessage> posted) {
    Map<PostId, NewMessage> distinct = new LinkedHashMap<>();
    posted.forEach(message -> distinct.putIfAbsent(message.postId(), message));
    return outbox
        .transaction(
            (connection, announcements) -> store(connection, announcements, distinct.values()))
        .recover(failure -> Future.failedFuture(explained(posted, failure)));
  }

  /** Returns some of a room's messages; a room that nobody has created has none. */
  Future<Page> list(History wanted) {
    // One more than is shown tells whether there are more.
    Tuple parameters = Tuple.of(wanted.room().name(), wanted.before(), wanted.limit() + 1);
    return database
        .query(client -> client.preparedQuery(SELECT_BEFORE).execute(parameters))
        .map(rows -> Rows.page(rows, wanted.limit()));
  }

  /**
   * Gives a message another text; the one before is not kept. A text that it has already changes
   * nothing.
   *
   * @return fails with {@link Rejected}: there is none, it is somebody else's, or it is deleted
   */
  Future<StoredMessage> edit(Place place, String user, Text text) {
    return change(
        place,
        user,
        (connection, announcements, message) -> {
          Rejected.unless(!message.isDeleted(), Rejection.MESSAGE_DELETED);
          return message.text().equals(text.value())
              ? Future.succeededFuture(message)
              : connection
                  .preparedQuery(EDIT)
                  .execute(Tuple.of(message.id(), text.value()))
                  .map(Rows::only)
                  .map(edited -> Events.edited(announcements, message, edited));
        });
  }

  /**
   * Takes away what a message says, and leaves that it was. Once deleted, it stays as it is.
   *
   * @return fails with {@link Rejected}: there is none, or it is somebody else's
   */
  Future<StoredMessage> delete(Place place, String user) {
    return change(
        place,
        user,
        (connection, announcements, message) ->
            message.isDeleted()
                ? Future.succeededFuture(message)
                : connection
                    .preparedQuery(DELETE)
                    .execute(Tuple.of(message.id()))
                    .map(Rows::only)
                    .map(deleted -> Events.deleted(announcements, deleted)));
  }

  private static Future<Map<PostId, StoredMessage>> store(
      SqlConnection connection, Announcements announcements, Collection<NewMessage> posted) {
    return lockRooms(connection, posted)
        .compose(
            rooms ->
                find(connection, posted)
                    .compose(
                        found ->
                            insert(connection, missing(posted, found), rooms)
                                .map(stored -> Events.posted(announcements, stored, posted))
                                .map(stored -> both(found, stored))));
  }

  /**
   * The rooms that are posted to, locked.
   *
   * @param lasts the last number of each
   * @param created those that were not there before
   */
  private record Locked(Map<String, Long> lasts, Set<String> created) {
    /** Returns those that nobody posts to after all: what was for them is stored elsewhere. */
    String[] unused(List<NewMessage> messages) {
      Set<String> unused = new HashSet<>(created);
      messages.forEach(message -> unused.remove(message.room().name()));
      return unused.toArray(String[]::new);
    }
  }

  private static Future<Locked> lockRooms(SqlConnection connection, Collection<NewMessage> posted) {
    Tuple names = Tuple.of(column(posted, message -> message.room().name(), String[]::new));
    return connection
        .preparedQuery(CREATE_ROOMS)
        .execute(names)
        .map(rows -> rows.stream().map(row -> row.getString("name")).collect(Collectors.toSet()))
        .compose(
            created ->
                connection
                    .preparedQuery(LOCK_ROOMS)
                    .execute(names)
                    .map(rows -> new Locked(lasts(rows), created)));
  }

  private static Map<String, Long> lasts(RowSet<Row> rooms) {
    Map<String, Long> lasts = new HashMap<>();
    rooms.forEach(row -> lasts.put(row.getString("name"), row.getLong("last_number")));
    return lasts;
  }

  private static Future<?> dropRooms(SqlConnection connection, String[] names) {
    return names.length == 0
        ? Future.succeededFuture()
        : connection.preparedQuery(DROP_ROOMS).execute(Tuple.of((Object) names));
  }

  /** A statement of its own, after the lock: so it sees what whoever had the lock has stored. */
  private static Future<List<StoredMessage>> find(
      SqlConnection connection, Collection<NewMessage> posted) {
    return connection
        .preparedQuery(SELECT_POSTED)
        .execute(
            Tuple.of(
                column(posted, NewMessage::user, String[]::new),
                column(posted, NewMessage::clientId, String[]::new)))
        .map(Rows::all);
  }

  private static List<NewMessage> missing(
      Collection<NewMessage> posted, List<StoredMessage> found) {
    Set<PostId> ids = found.stream().map(StoredMessage::postId).collect(Collectors.toSet());
    return posted.stream().filter(message -> !ids.contains(message.postId())).toList();
  }

  private static Future<List<StoredMessage>> insert(
      SqlConnection connection, List<NewMessage> messages, Locked rooms) {
    return dropRooms(connection, rooms.unused(messages))
        .compose(dropped -> insert(connection, messages, rooms.lasts()));
  }

  /** Returns what it stored, in the order of its numbers. */
  private static Future<List<StoredMessage>> insert(
      SqlConnection connection, List<NewMessage> messages, Map<String, Long> lasts) {
    if (messages.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    Function<NewMessage, Long> next = message -> lasts.merge(message.room().name(), 1L, Long::sum);
    return connection
        .preparedQuery(INSERT)
        .execute(
            Tuple.of(
                column(messages, message -> message.room().name(), String[]::new),
                column(messages, next, Long[]::new),
                column(messages, NewMessage::user, String[]::new),
                column(messages, message -> message.text().value(), String[]::new),
                column(messages, NewMessage::clientId, String[]::new)))
        .map(
            rows ->
                Rows.all(rows).stream()
                    .sorted(Comparator.comparingLong(StoredMessage::id))
                    .toList());
  }

  private static Map<PostId, StoredMessage> both(
      List<StoredMessage> found, List<StoredMessage> stored) {
    Map<PostId, StoredMessage> both = new HashMap<>();
    found.forEach(message -> both.put(message.postId(), message));
    stored.forEach(message -> both.put(message.postId(), message));
    return both;
  }

  /**
   * Posts to one room wait for each other and then find what was stored. So where a single one
   * meets its id nevertheless, at the same moment another message got it, in another room.
   */
  private static Throwable explained(List<NewMessage> posted, Throwable failure) {
    boolean used =
        failure instanceof PgException refused
            && UNIQUE_VIOLATION.equals(refused.getSqlState())
            && posted.size() == 1;
    return used ? new Rejected(Rejection.CLIENT_ID_USED) : failure;
  }

  /** What is done to a message that its author may change, and that nobody else does meanwhile. */
  private interface Change {
    Future<StoredMessage> make(
        SqlConnection connection, Announcements announcements, StoredMessage message);
  }

  private Future<StoredMessage> change(Place place, String user, Change change) {
    Tuple parameters = Tuple.of(place.room().name(), place.number());
    return outbox.transaction(
        (connection, announcements) ->
            connection
                .preparedQuery(LOCK_ONE)
                .execute(parameters)
                .compose(
                    rows -> {
                      Rejected.unless(rows.size() > 0, Rejection.UNKNOWN_MESSAGE);
                      StoredMessage message = Rows.only(rows);
                      Rejected.unless(message.user().equals(user), Rejection.NOT_THE_AUTHOR);
                      return change.make(connection, announcements, message);
                    }));
  }

  /** An object: several of them are parameters of a statement, and no list of parameters. */
  private static <T> Object column(
      Collection<NewMessage> messages, Function<NewMessage, T> value, IntFunction<T[]> array) {
    return messages.stream().map(value).toArray(array);
  }
}

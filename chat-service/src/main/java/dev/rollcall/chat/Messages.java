package dev.rollcall.chat;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The messages of all rooms: the SQL of chat-service, all of it. */
final class Messages {
  static final int PAGE = 50;

  private static final String COLUMNS = "id, room, author, text, client_id, sent_at";

  private static final String INSERT =
      "INSERT INTO messages (room, author, client_id, text) VALUES ($1, $2, $3, $4)"
          + " ON CONFLICT (author, client_id) DO NOTHING RETURNING "
          + COLUMNS;

  private static final String SELECT_SENT =
      "SELECT " + COLUMNS + " FROM messages WHERE author = $1 AND client_id = $2";

  private static final String SELECT_BEFORE =
      "SELECT " + COLUMNS + " FROM messages WHERE room = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

  /**
   * A message that is stored.
   *
   * @param fresh false when it was stored before: everybody has heard of it
   */
  record Stored(StoredMessage message, boolean fresh) {}

  /**
   * A page of a room, oldest first.
   *
   * @param more whether there are older ones
   */
  record Page(List<StoredMessage> messages, boolean more) {}

  private final Pool pool;

  Messages(Pool pool) {
    this.pool = pool;
  }

  /** Stores a message once. When the future completes it is committed. */
  Future<Stored> add(NewMessage message) {
    Tuple values =
        Tuple.of(message.room().name(), message.author(), message.clientId(), message.text());
    return pool.preparedQuery(INSERT)
        .execute(values)
        .compose(
            rows ->
                rows.size() == 1
                    ? Future.succeededFuture(new Stored(only(rows), true))
                    : sentBefore(message));
  }

  /** Returns the newest messages of the room that are older than {@code before}. */
  Future<Page> before(Room room, long before) {
    return pool.preparedQuery(SELECT_BEFORE)
        .execute(Tuple.of(room.name(), before, PAGE + 1))
        .map(Messages::page);
  }

  private Future<Stored> sentBefore(NewMessage message) {
    return pool.preparedQuery(SELECT_SENT)
        .execute(Tuple.of(message.author(), message.clientId()))
        .map(rows -> new Stored(only(rows), false));
  }

  private static Page page(RowSet<Row> rows) {
    List<StoredMessage> newestFirst = new ArrayList<>();
    rows.forEach(row -> newestFirst.add(message(row)));
    boolean more = newestFirst.size() > PAGE;
    List<StoredMessage> page =
        new ArrayList<>(newestFirst.subList(0, Math.min(PAGE, newestFirst.size())));
    Collections.reverse(page);
    return new Page(page, more);
  }

  private static StoredMessage only(RowSet<Row> rows) {
    return message(rows.iterator().next());
  }

  private static StoredMessage message(Row row) {
    return new StoredMessage(
        row.getLong("id"),
        new Room(row.getString("room")),
        row.getString("author"),
        row.getString("text"),
        row.getString("client_id"),
        row.getOffsetDateTime("sent_at").toInstant());
  }
}

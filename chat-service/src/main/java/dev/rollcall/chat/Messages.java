package dev.rollcall.chat;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The messages in the database: all SQL of this service is here. */
final class Messages {
  static final int PAGE = 50;

  private static final String INSERT =
      """
      INSERT INTO messages (room, author, text, client_id) VALUES ($1, $2, $3, $4)
      ON CONFLICT (author, client_id) DO NOTHING
      RETURNING id, room, author, text, client_id, sent_at
      """;
  private static final String SELECT_POSTED =
      """
      SELECT id, room, author, text, client_id, sent_at FROM messages
      WHERE author = $1 AND client_id = $2
      """;
  private static final String SELECT_BEFORE =
      """
      SELECT id, room, author, text, client_id, sent_at FROM messages
      WHERE room = $1 AND id < $2
      ORDER BY id DESC
      LIMIT $3
      """;

  private final Pool pool;

  Messages(Pool pool) {
    this.pool = pool;
  }

  /**
   * Stores a message, or finds the one that its user has posted under the same client id. When the
   * future completes it is committed.
   */
  Future<Stored> store(NewMessage message) {
    return pool.preparedQuery(INSERT)
        .execute(
            Tuple.of(message.room().name(), message.user(), message.text(), message.clientId()))
        .compose(
            rows ->
                rows.size() == 0
                    ? posted(message).map(earlier -> new Stored(earlier, true))
                    : Future.succeededFuture(new Stored(only(rows), false)));
  }

  /** Returns at most {@link #PAGE} messages. */
  Future<Page> list(History wanted) {
    // One more than is shown tells whether there are more.
    return pool.preparedQuery(SELECT_BEFORE)
        .execute(Tuple.of(wanted.room().name(), wanted.before(), PAGE + 1))
        .map(Messages::page);
  }

  /**
   * A statement of its own: the one that met the conflict may not see the row that it met, when
   * both posts came at once.
   */
  private Future<StoredMessage> posted(NewMessage message) {
    return pool.preparedQuery(SELECT_POSTED)
        .execute(Tuple.of(message.user(), message.clientId()))
        .map(Messages::only);
  }

  private static Page page(RowSet<Row> rows) {
    List<StoredMessage> newestFirst = new ArrayList<>();
    rows.forEach(row -> newestFirst.add(message(row)));
    boolean more = newestFirst.size() > PAGE;
    if (more) {
      newestFirst.remove(PAGE);
    }
    Collections.reverse(newestFirst);
    return new Page(newestFirst, more);
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

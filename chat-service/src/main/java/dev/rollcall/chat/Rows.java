package dev.rollcall.chat;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Messages as the database has them. */
final class Rows {
  static final String COLUMNS =
      "id, room, number, author, text, client_id, sent_at, edited_at, deleted_at";

  private Rows() {}

  /** Returns a page of what was asked for newest first, and one more where there is more. */
  static Page page(RowSet<Row> rows, int limit) {
    List<StoredMessage> newestFirst = all(rows);
    boolean more = newestFirst.size() > limit;
    if (more) {
      newestFirst.remove(limit);
    }
    Collections.reverse(newestFirst);
    return new Page(newestFirst, more);
  }

  static List<StoredMessage> all(RowSet<Row> rows) {
    List<StoredMessage> all = new ArrayList<>(rows.size());
    rows.forEach(row -> all.add(message(row)));
    return all;
  }

  static StoredMessage only(RowSet<Row> rows) {
    return message(rows.iterator().next());
  }

  private static StoredMessage message(Row row) {
    return new StoredMessage(
        row.getLong("id"),
        new Room(row.getString("room")),
        row.getLong("number"),
        row.getString("author"),
        row.getString("text"),
        row.getString("client_id"),
        instant(row, "sent_at"),
        instant(row, "edited_at"),
        instant(row, "deleted_at"));
  }

  private static Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}

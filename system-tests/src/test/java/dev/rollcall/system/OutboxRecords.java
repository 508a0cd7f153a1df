package dev.rollcall.system;

import dev.rollcall.pubsub.Message;
import io.vertx.core.buffer.Buffer;
import java.sql.SQLException;
import java.util.List;

/** What the outbox of a service has in its tables. */
record OutboxRecords(Sql sql, String topic) {
  /** Returns how much is committed and has no position yet. */
  long unnumbered() throws SQLException {
    return sql.number("SELECT count(*) FROM outbox_pending");
  }

  /** Returns the position of what was numbered last. */
  long last() throws SQLException {
    return sql.number("SELECT last FROM outbox_topics WHERE topic = ?", topic);
  }

  /** Returns all that was numbered, in the order of the positions. */
  List<Message> announced() throws SQLException {
    return sql.rows(
        "SELECT position, event, payload FROM outbox_announcements WHERE topic = ? ORDER BY position",
        row ->
            new Message(
                topic, row.getString("event"), row.getLong("position"), payload(row.getString(3))),
        topic);
  }

  private static Buffer payload(String text) {
    return Buffer.buffer(text);
  }
}

package dev.rollcall.system;

import java.sql.SQLException;
import java.util.List;

/** What the tables of chat-service say. */
record ChatRecords(Sql sql) {
  static final String SCHEMA = "chat";

  /** A message as it is stored. */
  record Stored(long number, String user, String clientId, String text) {}

  /** What is written when a message is stored, up to its announcement. */
  private static final String MESSAGE =
      """
      WITH numbered AS (
        UPDATE rooms SET last_number = last_number + 1 WHERE name = ? RETURNING name, last_number
      ), posted AS (
        INSERT INTO messages (room, number, author, client_id, text)
        SELECT name, last_number, 'nobody', ?, ? FROM numbered
        RETURNING *
      ), announcement AS (
        SELECT 'room:' || room AS topic, json_build_object(
          'id', id, 'room', room, 'number', number, 'user', author, 'text', text,
          'client_id', client_id,
          'sent_at', to_char(sent_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text
          AS payload
        FROM posted
      )
      """;

  private static final String WAITS =
      """
      INSERT INTO outbox_pending (topic, event, payload)
      SELECT topic, 'new_message', payload FROM announcement
      """;

  private static final String NUMBERED =
      """
      , reached AS (
        UPDATE outbox_topics SET last = last + 1
        WHERE topic = (SELECT topic FROM announcement) RETURNING topic, last
      ), batch AS (
        INSERT INTO outbox_batches (topics, firsts, lasts)
        SELECT ARRAY[topic], ARRAY[last], ARRAY[last] FROM reached
      )
      INSERT INTO outbox_announcements (topic, position, id, event, payload)
      SELECT topic, last, nextval('outbox_pending_id_seq'), 'new_message', payload
      FROM announcement JOIN reached USING (topic)
      """;

  /** Returns the messages of a room in the order of their numbers. */
  List<Stored> messages(String room) throws SQLException {
    return sql.rows(
        "SELECT number, author, client_id, text FROM messages WHERE room = ? ORDER BY number",
        row -> new Stored(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)),
        room);
  }

  long lastNumber(String room) throws SQLException {
    return sql.number("SELECT last_number FROM rooms WHERE name = ?", room);
  }

  /** Returns the last position of the room's topic. */
  long lastPosition(String topic) throws SQLException {
    return sql.number("SELECT last FROM outbox_topics WHERE topic = ?", topic);
  }

  /** Returns how much is committed and has no position yet. */
  long unnumbered() throws SQLException {
    return sql.number("SELECT count(*) FROM outbox_pending");
  }

  /** Returns how much is numbered, and not known to have been broadcast. */
  long unsettled() throws SQLException {
    return sql.number("SELECT count(*) FROM outbox_batches");
  }

  /** Leaves what an instance leaves that dies right after the commit of a message. */
  void leaveUnnumbered(String room, String clientId, String text) throws SQLException {
    sql.execute(MESSAGE + WAITS, room, clientId, text);
  }

  /** Leaves what an instance leaves that dies right after it has numbered a message. */
  void leaveUnsaid(String room, String clientId, String text) throws SQLException {
    sql.execute(MESSAGE + NUMBERED, room, clientId, text);
  }
}

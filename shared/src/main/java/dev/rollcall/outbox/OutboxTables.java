package dev.rollcall.outbox;

import dev.rollcall.pubsub.Message;
import dev.rollcall.trace.Trace;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The outbox in the database: all of its SQL is here. */
final class OutboxTables {
  /** What one transaction numbers; more would keep the first of it waiting for the last. */
  static final int MAX_BATCH = 500;

  static final int MAX_PRUNED = 1_000;

  /** Of payloads at a time, but for the first, which may be larger. */
  private static final int MAX_BYTES = 1024 * 1024;

  /** Batches that are claimed at a time. */
  static final int MAX_OVERDUE = 20;

  private static final String ADD =
      """
      INSERT INTO outbox_pending (topic, event, payload, trace)
      SELECT topic, event, payload, trace
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
        WITH ORDINALITY AS t (topic, event, payload, trace, nth)
      ORDER BY nth
      """;

  /**
   * Held to the end of the transaction: who numbers next sees all that was numbered before, and
   * takes what was committed until then. The key is the table's own, so each schema has another.
   */
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock('outbox_pending'::regclass::oid::bigint)";

  /** Without parameters: with them the server plans it anew each time, which takes half as long. */
  private static final String STAMP =
      """
      WITH oldest AS (
        SELECT id, sum(octet_length(payload)) OVER (ORDER BY id) - octet_length(payload) AS before
        FROM (SELECT id, payload FROM outbox_pending ORDER BY id LIMIT %1$d) AS waiting
      ), taken AS (
        DELETE FROM outbox_pending WHERE id IN (SELECT id FROM oldest WHERE before < %2$d)
        RETURNING id, topic, event, payload, trace, added_at
      ), counted AS (
        SELECT topic, count(*) AS n FROM taken GROUP BY topic
      ), reached AS (
        INSERT INTO outbox_topics AS known (topic, last) SELECT topic, n FROM counted
        ON CONFLICT (topic) DO UPDATE SET last = known.last + excluded.last
        RETURNING topic, last
      ), ranges AS (
        SELECT topic, last - n AS before, last FROM reached JOIN counted USING (topic)
      ), batch AS (
        INSERT INTO outbox_batches (topics, firsts, lasts)
        SELECT array_agg(topic), array_agg(before + 1), array_agg(last) FROM ranges
        HAVING count(*) > 0
        RETURNING id
      ), stamped AS (
        INSERT INTO outbox_announcements (topic, position, id, event, payload, trace)
        SELECT topic, before + row_number() OVER (PARTITION BY topic ORDER BY id), id, event, payload,
          trace
        FROM taken JOIN ranges USING (topic)
        RETURNING topic, position, id, event, payload, trace
      )
      SELECT batch.id AS batch, topic, position, event, payload, trace,
        (SELECT extract(epoch FROM clock_timestamp() - min(added_at)) FROM taken)::float8 AS waited,
        (SELECT count(*) = %1$d OR count(*) > count(*) FILTER (WHERE before < %2$d) FROM oldest) AS more
      FROM batch, stamped
      ORDER BY stamped.id
      """
          .formatted(MAX_BATCH, MAX_BYTES);

  private static final String CLAIM_OVERDUE =
      """
      WITH overdue AS (
        SELECT id FROM outbox_batches WHERE stamped_at < now() - $1 * interval '1 millisecond'
        ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
      ), claimed AS (
        UPDATE outbox_batches SET stamped_at = now() WHERE id IN (SELECT id FROM overdue)
        RETURNING id, topics, firsts, lasts
      )
      SELECT claimed.id AS batch, stored.topic, position, event, payload, trace,
        $1 / 1000.0 AS waited, false AS more
      FROM claimed CROSS JOIN LATERAL unnest(topics, firsts, lasts) AS range (topic, first, last)
      LEFT JOIN outbox_announcements AS stored
        ON stored.topic = range.topic AND position BETWEEN range.first AND range.last
      ORDER BY claimed.id, stored.id
      """;

  private static final String FORGET = "DELETE FROM outbox_batches WHERE id = ANY($1)";

  private static final String PRUNE =
      """
      DELETE FROM outbox_announcements WHERE (topic, position) IN (
        SELECT topic, position FROM outbox_announcements
        WHERE stamped_at < now() - $1 * interval '1 millisecond'
        ORDER BY stamped_at LIMIT $2 FOR UPDATE SKIP LOCKED)
      """;

  private static final String LAST = "SELECT last FROM outbox_topics WHERE topic = $1";

  private static final String AFTER =
      """
      SELECT topic, position, event, payload, trace
      FROM (
        SELECT *, sum(octet_length(payload)) OVER (ORDER BY position) - octet_length(payload) AS before
        FROM (
          SELECT * FROM outbox_announcements
          WHERE topic = $1 AND position > $2 ORDER BY position LIMIT $3) AS following
      ) AS measured
      WHERE before < $4
      ORDER BY position
      """;

  private OutboxTables() {}

  /** Adds what a transaction announces, to be numbered once it is committed. */
  static Future<Void> add(SqlConnection connection, List<Message> messages) {
    if (messages.isEmpty()) {
      return Future.succeededFuture();
    }
    Tuple columns =
        Tuple.of(
            column(messages, Message::topic),
            column(messages, Message::event),
            column(messages, each -> each.encodedPayload().toString()),
            column(messages, each -> each.trace().map(Trace::traceparent).orElse(null)));
    return connection.preparedQuery(ADD).execute(columns).mapEmpty();
  }

  /** Gives positions to what waits for them, the oldest first; within a transaction. */
  static Future<Optional<Batch>> stamp(SqlConnection connection) {
    Future<?> locked = connection.preparedQuery(LOCK).execute();
    // Sent together; the server answers the first before it begins the second.
    return connection
        .preparedQuery(STAMP)
        .execute()
        .compose(rows -> locked.map(rows))
        .map(rows -> batches(rows).stream().findFirst());
  }

  /** Takes over what was to be broadcast and, so long after, is not known to have been. */
  static Future<List<Batch>> claimOverdue(SqlClient client, Duration after) {
    return client
        .preparedQuery(CLAIM_OVERDUE)
        .execute(Tuple.of(after.toMillis(), MAX_OVERDUE))
        .map(OutboxTables::batches);
  }

  /** These were broadcast. */
  static Future<Void> forget(SqlClient client, List<Long> batches) {
    return client.preparedQuery(FORGET).execute(Tuple.of(batches.toArray(Long[]::new))).mapEmpty();
  }

  /** Takes away some that are older; returns how many, at most {@link #MAX_PRUNED}. */
  static Future<Integer> prune(SqlClient client, Duration age) {
    return client
        .preparedQuery(PRUNE)
        .execute(Tuple.of(age.toMillis(), MAX_PRUNED))
        .map(RowSet::rowCount);
  }

  static Future<Long> last(SqlClient client, String topic) {
    return client
        .preparedQuery(LAST)
        .execute(Tuple.of(topic))
        .map(rows -> rows.size() == 0 ? 0L : rows.iterator().next().getLong("last"));
  }

  static Future<List<Message>> after(SqlClient client, String topic, long position, int limit) {
    return client
        .preparedQuery(AFTER)
        .execute(Tuple.of(topic, position, limit, MAX_BYTES))
        .map(rows -> rows.stream().map(OutboxTables::message).toList());
  }

  private static String[] column(List<Message> messages, Function<Message, String> value) {
    return messages.stream().map(value).toArray(String[]::new);
  }

  /** A batch of which nothing is kept any more has no messages. */
  private static List<Batch> batches(RowSet<Row> rows) {
    Map<Long, Batch> batches = new LinkedHashMap<>();
    for (Row row : rows) {
      Batch batch =
          batches.computeIfAbsent(
              row.getLong("batch"),
              id ->
                  new Batch(
                      id, new ArrayList<>(), row.getDouble("waited"), row.getBoolean("more")));
      if (row.getString("topic") != null) {
        batch.messages().add(message(row));
      }
    }
    return List.copyOf(batches.values());
  }

  private static Message message(Row row) {
    return new Message(
            row.getString("topic"),
            row.getString("event"),
            row.getLong("position"),
            Buffer.buffer(row.getString("payload").getBytes(StandardCharsets.UTF_8)))
        .within(Trace.parse(row.getString("trace")));
  }
}

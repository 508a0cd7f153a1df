package dev.rollcall.system;

import dev.rollcall.pubsub.Message;
import io.vertx.core.json.JsonObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the tables of orders-service say, counted anew. */
record OrdersRecords(Sql sql) {
  static final String SCHEMA = "orders";
  static final String TOPIC = "orders";
  static final String CREATED = "order_created";
  static final String STATUS_CHANGED = "order_status_changed";

  private static final String ABSENT =
      """
      SELECT n FROM unnest(?::bigint[], ?::bigint[]) WITH ORDINALITY AS heard (position, id, n)
      WHERE NOT EXISTS (SELECT FROM outbox_announcements AS stored
          WHERE topic = 'orders' AND stored.position = heard.position)
        OR NOT EXISTS (SELECT FROM orders WHERE orders.id = heard.id)
      """;

  private static final String ORDER =
      """
      WITH placed AS (
        INSERT INTO orders (customer, currency, total) VALUES ('Customer of the dead', 'EUR', 450)
        RETURNING id, created_at, customer, currency, total, status
      ), line AS (
        INSERT INTO items (order_id, position, sku, quantity, unit_price)
        SELECT id, 0, 'tea-01', 1, 450 FROM placed
      )
      INSERT INTO outbox_pending (topic, event, payload)
      SELECT 'orders', 'order_created', json_build_object(
        'id', id, 'customer', customer, 'currency', currency, 'total', total,
        'items', json_build_array(
          json_build_object('sku', 'tea-01', 'quantity', 1, 'unit_price', 450)),
        'status', status,
        'created_at', to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      FROM placed
      """;

  /** Returns those messages of which the database knows no order, or no announcement. */
  List<Message> absent(List<Message> heard) throws SQLException {
    Long[] positions = heard.stream().map(Message::position).toArray(Long[]::new);
    Long[] ids = heard.stream().map(OrdersRecords::id).toArray(Long[]::new);
    return sql.rows(ABSENT, row -> heard.get(row.getInt(1) - 1), positions, ids);
  }

  static long id(Message message) {
    return message.payload().getLong("id");
  }

  /** Leaves what an instance leaves that dies right after the commit of an order. */
  void leaveAnOrder() throws SQLException {
    sql.execute(ORDER);
  }

  long count() throws SQLException {
    return sql.number("SELECT count(*) FROM orders");
  }

  /** Returns how far each order has come, by id. */
  Map<Long, String> statuses() throws SQLException {
    return map("SELECT id, status FROM orders", row -> row.getLong(1), row -> row.getString(2));
  }

  /** Returns the ids of those that were asked for under a key. */
  Map<String, Long> keys() throws SQLException {
    return map(
        "SELECT idempotency_key, id FROM orders WHERE idempotency_key IS NOT NULL",
        row -> row.getString(1),
        row -> row.getLong(2));
  }

  /** Returns the newest 20 as {@code id status}, newest first. */
  List<String> newest() throws SQLException {
    return sql.rows(
        "SELECT id, status FROM orders ORDER BY id DESC LIMIT 20",
        row -> row.getLong(1) + " " + row.getString(2));
  }

  Map<String, Long> revenue() throws SQLException {
    return counts(
        """
        SELECT currency, sum(total) FROM orders WHERE status <> 'cancelled'
        GROUP BY currency HAVING sum(total) > 0
        """);
  }

  Map<String, Long> countsByStatus() throws SQLException {
    return counts("SELECT status, count(*) FROM orders GROUP BY status");
  }

  /** Returns how many were created in which minute of the last hour but its first. */
  Map<String, Long> perMinute() throws SQLException {
    Map<String, Long> minutes = new TreeMap<>();
    counts(
            """
            SELECT extract(epoch FROM date_trunc('minute', created_at))::bigint, count(*)
            FROM orders WHERE created_at > now() - interval '58 minutes' GROUP BY 1
            """)
        .forEach((at, n) -> minutes.put(Instant.ofEpochSecond(Long.parseLong(at)).toString(), n));
    return minutes;
  }

  /** Returns such a share of the totals in a currency, such as the median. */
  long total(String currency, double share) throws SQLException {
    return sql.number(
        "SELECT percentile_disc(?) WITHIN GROUP (ORDER BY total) FROM orders WHERE currency = ?",
        share,
        currency);
  }

  /** Returns the orders that are there without a line, or whose lines do not add up. */
  Set<Long> torn() throws SQLException {
    return new HashSet<>(
        sql.rows(
            """
            SELECT id FROM orders LEFT JOIN items ON order_id = id GROUP BY id, total
            HAVING total IS DISTINCT FROM sum(quantity * unit_price)::bigint
            """,
            row -> row.getLong(1)));
  }

  /** Returns the numbers of an object, without those that are 0. */
  static Map<String, Long> numbers(JsonObject object) {
    Map<String, Long> numbers = new TreeMap<>();
    for (String name : object.fieldNames()) {
      if (object.getLong(name) != 0) {
        numbers.put(name, object.getLong(name));
      }
    }
    return numbers;
  }

  private Map<String, Long> counts(String query) throws SQLException {
    return new TreeMap<>(map(query, row -> row.getString(1), row -> row.getLong(2)));
  }

  private <K, V> Map<K, V> map(String query, Sql.Reader<K> key, Sql.Reader<V> value)
      throws SQLException {
    Map<K, V> map = new HashMap<>();
    sql.rows(query, (ResultSet row) -> map.put(key.read(row), value.read(row)));
    return map;
  }
}

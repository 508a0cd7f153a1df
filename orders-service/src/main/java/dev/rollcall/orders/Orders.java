package dev.rollcall.orders;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The orders in the database: all SQL of this service is here. */
final class Orders {
  private static final String INSERT_ORDER =
      """
      INSERT INTO orders (customer, currency, total) VALUES ($1, $2, $3) RETURNING id, created_at
      """;
  private static final String INSERT_ITEM =
      """
      INSERT INTO items (order_id, position, sku, quantity, unit_price) VALUES ($1, $2, $3, $4, $5)
      """;
  private static final String SELECT_NEWEST =
      """
      SELECT id, customer, currency, total, created_at, sku, quantity, unit_price
      FROM (SELECT * FROM orders ORDER BY id DESC LIMIT $1) newest JOIN items ON order_id = id
      ORDER BY id DESC, position
      """;
  private static final String SELECT_ONE =
      """
      SELECT id, customer, currency, total, created_at, sku, quantity, unit_price
      FROM orders JOIN items ON order_id = id
      WHERE id = $1
      ORDER BY position
      """;

  /** A sum that a bigint can't hold stops at its end, instead of failing all stats. */
  private static final String SELECT_STATS =
      """
      SELECT currency,
        count(*) AS orders,
        least(sum(total), 9223372036854775807)::bigint AS revenue,
        count(*) FILTER (WHERE created_at > now() - interval '1 minute') AS last_minute
      FROM orders
      GROUP BY currency
      """;

  private static final String UNIQUE_VIOLATION = "23505";

  private final Pool pool;

  Orders(Pool pool) {
    this.pool = pool;
  }

  /** Stores an order and its items, or nothing. When the future completes it is committed. */
  Future<Creation> create(NewOrder wanted) {
    return pool.withTransaction(connection -> insert(connection, wanted))
        .<Creation>map(Creation.Created::new)
        .recover(failure -> repeatedSku(wanted, failure));
  }

  /** Returns the newest orders, newest first. */
  Future<List<Order>> newest(int limit) {
    return pool.preparedQuery(SELECT_NEWEST).execute(Tuple.of(limit)).map(Orders::orders);
  }

  Future<Optional<Order>> get(long id) {
    return pool.preparedQuery(SELECT_ONE)
        .execute(Tuple.of(id))
        .map(rows -> orders(rows).stream().findFirst());
  }

  Future<Stats> stats() {
    return pool.preparedQuery(SELECT_STATS).execute().map(Orders::stats);
  }

  private static Future<Order> insert(SqlConnection connection, NewOrder wanted) {
    return connection
        .preparedQuery(INSERT_ORDER)
        .execute(Tuple.of(wanted.customer(), wanted.currency().name(), wanted.total()))
        .map(rows -> stored(wanted, rows.iterator().next()))
        .compose(
            order -> connection.preparedQuery(INSERT_ITEM).executeBatch(batch(order)).map(order));
  }

  private static Order stored(NewOrder wanted, Row row) {
    return new Order(
        row.getLong("id"),
        wanted.customer(),
        wanted.currency(),
        wanted.total(),
        wanted.items(),
        row.getOffsetDateTime("created_at").toInstant());
  }

  private static List<Tuple> batch(Order order) {
    List<Tuple> batch = new ArrayList<>();
    for (Item item : order.items()) {
      batch.add(Tuple.of(order.id(), batch.size(), item.sku(), item.quantity(), item.unitPrice()));
    }
    return batch;
  }

  private static Future<Creation> repeatedSku(NewOrder wanted, Throwable failure) {
    int index = wanted.repeatedSku();
    boolean repeated =
        failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
    return repeated && index >= 0
        ? Future.succeededFuture(new Creation.RepeatedSku(wanted.items().get(index).sku(), index))
        : Future.failedFuture(failure);
  }

  /** Folds rows, one an item, those of one order together. */
  private static List<Order> orders(RowSet<Row> rows) {
    List<Order> orders = new ArrayList<>();
    List<Item> items = new ArrayList<>();
    Row previous = null;
    for (Row row : rows) {
      if (previous != null && !previous.getLong("id").equals(row.getLong("id"))) {
        orders.add(order(previous, items));
        items.clear();
      }
      items.add(
          new Item(row.getString("sku"), row.getInteger("quantity"), row.getLong("unit_price")));
      previous = row;
    }
    if (previous != null) {
      orders.add(order(previous, items));
    }
    return orders;
  }

  private static Order order(Row row, List<Item> items) {
    OffsetDateTime createdAt = row.getOffsetDateTime("created_at");
    return new Order(
        row.getLong("id"),
        row.getString("customer"),
        Currency.of(row.getString("currency")),
        row.getLong("total"),
        items,
        createdAt.toInstant());
  }

  private static Stats stats(RowSet<Row> rows) {
    Map<Currency, Long> revenue = new EnumMap<>(Currency.class);
    rows.forEach(
        row -> revenue.put(Currency.of(row.getString("currency")), row.getLong("revenue")));
    return new Stats(sum(rows, "orders"), revenue, sum(rows, "last_minute"));
  }

  private static long sum(RowSet<Row> rows, String column) {
    return StreamSupport.stream(rows.spliterator(), false)
        .mapToLong(row -> row.getLong(column))
        .sum();
  }
}

package dev.rollcall.orders;

import dev.rollcall.database.Database;
import dev.rollcall.orders.Creation.Created;
import dev.rollcall.orders.Creation.KeyReused;
import dev.rollcall.orders.Creation.RepeatedSku;
import dev.rollcall.orders.StatusChange.Changed;
import dev.rollcall.orders.StatusChange.Illegal;
import dev.rollcall.orders.StatusChange.NoSuchOrder;
import dev.rollcall.outbox.Announcements;
import dev.rollcall.outbox.Outbox;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The orders in the database, and all SQL about them. Whatever changes one announces it in the same
 * transaction, whoever asked for it.
 */
final class Orders {
  static final String TOPIC = "orders";
  static final String CREATED = "order_created";
  static final String STATUS_CHANGED = "order_status_changed";

  /** One statement: each costs a way to the server and back. Without a row the key was known. */
  private static final String INSERT =
      """
      WITH placed AS (
        INSERT INTO orders (customer, currency, total, idempotency_key, fingerprint)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
        RETURNING id, created_at
      ), lines AS (
        INSERT INTO items (order_id, position, sku, quantity, unit_price)
        SELECT id, nth - 1, sku, quantity, unit_price
        FROM placed, unnest($6::text[], $7::int[], $8::bigint[])
          WITH ORDINALITY AS line (sku, quantity, unit_price, nth)
      )
      SELECT id, created_at FROM placed
      """;

  private static final String SELECT =
      """
      SELECT id, customer, currency, total, status, created_at, fingerprint,
        array_agg(sku ORDER BY position) AS skus,
        array_agg(quantity ORDER BY position) AS quantities,
        array_agg(unit_price ORDER BY position) AS unit_prices
      FROM (SELECT * FROM orders %s) AS orders JOIN items ON order_id = id
      GROUP BY id, customer, currency, total, status, created_at, fingerprint
      ORDER BY id DESC
      """;

  private static final String SELECT_PAGE =
      SELECT.formatted("WHERE id < $1 ORDER BY id DESC LIMIT $2");
  private static final String SELECT_ONE = SELECT.formatted("WHERE id = $1");
  private static final String SELECT_BY_KEY = SELECT.formatted("WHERE idempotency_key = $1");
  private static final String LOCK_ONE = SELECT.formatted("WHERE id = $1 FOR UPDATE");

  private static final String UPDATE_STATUS = "UPDATE orders SET status = $2 WHERE id = $1";

  private static final String UNIQUE_VIOLATION = "23505";

  private final Database database;
  private final Outbox outbox;

  Orders(Database database, Outbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  /** As {@link #create(NewOrder, String)}, without a key. */
  Future<Creation> create(NewOrder wanted) {
    return create(wanted, null);
  }

  /**
   * Stores an order, its items and its announcement, or nothing. When the future completes it is
   * committed.
   *
   * @param key under which it is stored once, however often it is asked for; or null
   */
  Future<Creation> create(NewOrder wanted, String key) {
    return outbox
        .transaction((connection, announcements) -> insert(connection, announcements, wanted, key))
        .recover(failure -> repeatedSku(wanted, failure));
  }

  /** Takes an order a step on, if it is a legal one. */
  Future<StatusChange> change(long id, Status to) {
    return outbox.transaction(
        (connection, announcements) ->
            connection
                .preparedQuery(LOCK_ONE)
                .execute(Tuple.of(id))
                .map(Orders::first)
                .compose(found -> change(connection, announcements, found, to)));
  }

  /**
   * Returns the newest orders, newest first.
   *
   * @param before only those with a lower id; {@link Long#MAX_VALUE} for all
   */
  Future<Page> page(long before, int limit) {
    // One more than is shown tells whether there are more.
    return database.query(
        client ->
            client
                .preparedQuery(SELECT_PAGE)
                .execute(Tuple.of(before, limit + 1))
                .map(rows -> page(rows, limit)));
  }

  Future<Optional<Order>> get(long id) {
    return database.query(
        client -> client.preparedQuery(SELECT_ONE).execute(Tuple.of(id)).map(Orders::first));
  }

  private static Future<Creation> insert(
      SqlConnection connection, Announcements announcements, NewOrder wanted, String key) {
    return connection
        .preparedQuery(INSERT)
        .execute(row(wanted, key))
        .compose(
            rows ->
                rows.size() == 0
                    ? before(connection, wanted, key)
                    : Future.succeededFuture(placed(announcements, wanted, rows)));
  }

  private static Tuple row(NewOrder wanted, String key) {
    List<Item> items = wanted.items();
    return Tuple.tuple()
        .addString(wanted.customer())
        .addString(wanted.currency().name())
        .addLong(wanted.total())
        .addString(key)
        .addBuffer(key == null ? null : wanted.fingerprint())
        .addArrayOfString(items.stream().map(Item::sku).toArray(String[]::new))
        .addArrayOfInteger(items.stream().map(Item::quantity).toArray(Integer[]::new))
        .addArrayOfLong(items.stream().map(Item::unitPrice).toArray(Long[]::new));
  }

  private static Creation placed(Announcements announcements, NewOrder wanted, RowSet<Row> rows) {
    Row row = rows.iterator().next();
    Order order =
        new Order(
            row.getLong("id"),
            wanted.customer(),
            wanted.currency(),
            wanted.total(),
            wanted.items(),
            Status.PLACED,
            row.getOffsetDateTime("created_at").toInstant());
    announcements.add(TOPIC, CREATED, order.toJson());
    return new Created(order, false);
  }

  /** The same request gets the same answer, whatever has become of the order. */
  private static Future<Creation> before(SqlConnection connection, NewOrder wanted, String key) {
    return connection
        .preparedQuery(SELECT_BY_KEY)
        .execute(Tuple.of(key))
        .map(rows -> rows.iterator().next())
        .map(
            row ->
                row.getBuffer("fingerprint").equals(wanted.fingerprint())
                    ? new Created(order(row).with(Status.PLACED), true)
                    : new KeyReused());
  }

  private static Future<StatusChange> change(
      SqlConnection connection, Announcements announcements, Optional<Order> found, Status to) {
    if (found.isEmpty()) {
      return Future.succeededFuture(new NoSuchOrder());
    }
    Order order = found.get();
    Status from = order.status();
    if (from == to) {
      return Future.succeededFuture(new Changed(order));
    }
    if (!from.next().contains(to)) {
      return Future.succeededFuture(new Illegal(from, to));
    }
    announcements.add(TOPIC, STATUS_CHANGED, statusChanged(order, to));
    return connection
        .preparedQuery(UPDATE_STATUS)
        .execute(Tuple.of(order.id(), to.toString()))
        .map(done -> new Changed(order.with(to)));
  }

  private static JsonObject statusChanged(Order order, Status to) {
    return new JsonObject()
        .put("id", order.id())
        .put("from", order.status().toString())
        .put("status", to.toString())
        .put("currency", order.currency().name())
        .put("total", order.total());
  }

  private static Future<Creation> repeatedSku(NewOrder wanted, Throwable failure) {
    int index = wanted.repeatedSku();
    boolean repeated =
        failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
    return repeated && index >= 0
        ? Future.succeededFuture(new RepeatedSku(wanted.items().get(index).sku(), index))
        : Future.failedFuture(failure);
  }

  private static Page page(RowSet<Row> rows, int limit) {
    List<Order> orders = rows.stream().map(Orders::order).limit(limit).toList();
    return new Page(orders, rows.size() > limit);
  }

  private static Optional<Order> first(RowSet<Row> rows) {
    return rows.stream().map(Orders::order).findFirst();
  }

  private static Order order(Row row) {
    return new Order(
        row.getLong("id"),
        row.getString("customer"),
        Currency.of(row.getString("currency")),
        row.getLong("total"),
        items(row),
        Status.of(row.getString("status")).orElseThrow(),
        row.getOffsetDateTime("created_at").toInstant());
  }

  private static List<Item> items(Row row) {
    String[] skus = row.getArrayOfStrings("skus");
    Integer[] quantities = row.getArrayOfIntegers("quantities");
    Long[] unitPrices = row.getArrayOfLongs("unit_prices");
    List<Item> items = new ArrayList<>(skus.length);
    for (int i = 0; i < skus.length; i++) {
      items.add(new Item(skus[i], quantities[i], unitPrices[i]));
    }
    return items;
  }
}

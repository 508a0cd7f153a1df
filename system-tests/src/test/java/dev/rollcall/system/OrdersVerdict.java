package dev.rollcall.system;

import dev.rollcall.pubsub.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What must hold once the shop is closed: the database, what was answered, what was announced, the
 * stats and the dashboard all tell of the same orders.
 */
final class OrdersVerdict {
  /** What the service promises of its quantiles. */
  private static final double QUANTILE_ERROR = 0.008;

  private final OrdersRecords records;
  private final Faults faults;

  OrdersVerdict(OrdersRecords records, Faults faults) {
    this.records = records;
    this.faults = faults;
  }

  /** What was answered is stored, once, and what was refused is not. */
  void checkAnswers(Customers customers) throws SQLException {
    faults.none("answers that nothing excuses", customers.unexpected());
    faults.same("orders by key", records.keys().entrySet(), customers.placed().entrySet());
    faults.none("orders with lines that do not add up", records.torn());
    Set<String> refused = new HashSet<>(customers.refused());
    refused.retainAll(records.keys().keySet());
    faults.none("refused and stored all the same", refused);
    Map<Long, String> statuses = records.statuses();
    statuses.keySet().retainAll(customers.changed().keySet());
    faults.same("statuses answered", statuses.entrySet(), customers.changed().entrySet());
  }

  /** Each order is announced once, before its steps, which follow one from another to the last. */
  void checkAnnouncements(List<Message> announced) throws SQLException {
    Map<Long, String> told = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    for (Message message : announced) {
      JsonObject payload = message.payload();
      long id = payload.getLong("id");
      boolean created = message.event().equals(OrdersRecords.CREATED);
      String before = told.put(id, payload.getString("status"));
      String must = created ? null : payload.getString("from");
      if (must == null ? before != null || !created : !must.equals(before)) {
        wrong.add(message.position() + " " + message.event() + " of " + id + " after " + before);
      }
    }
    faults.none("announced twice or out of turn", wrong);
    faults.same("orders announced", told.entrySet(), records.statuses().entrySet());
  }

  /** What {@code GET /stats} answers. */
  void checkStats(JsonObject stats, long lastPosition) throws SQLException {
    faults.equal("stats: position", stats.getLong("position"), lastPosition);
    checkFigures("stats", stats);
    JsonObject baskets = stats.getJsonObject("baskets");
    for (String currency : baskets.fieldNames()) {
      checkQuantile(currency, 0.5, baskets.getJsonObject(currency).getLong("p50"));
      checkQuantile(currency, 0.95, baskets.getJsonObject(currency).getLong("p95"));
    }
  }

  /** What the dashboard shows. */
  void checkDashboard(JsonObject snapshot) throws SQLException {
    JsonObject stats = snapshot.getJsonObject("stats");
    faults.equal("dashboard: stale", stats.getBoolean("stale"), false);
    checkFigures("dashboard", stats);
    List<String> orders =
        objects(snapshot.getJsonArray("orders")).stream()
            .map(order -> order.getLong("id") + " " + order.getString("status"))
            .toList();
    faults.equal("dashboard: newest", orders, records.newest());
  }

  private void checkFigures(String where, JsonObject stats) throws SQLException {
    faults.equal(where + ": orders", stats.getLong("orders"), records.count());
    faults.equal(
        where + ": revenue",
        OrdersRecords.numbers(stats.getJsonObject("revenue")),
        records.revenue());
    faults.equal(
        where + ": statuses",
        OrdersRecords.numbers(stats.getJsonObject("statuses")),
        records.countsByStatus());
    Map<String, Long> minutes = new TreeMap<>();
    objects(stats.getJsonArray("per_minute"))
        .forEach(each -> minutes.put(each.getString("minute"), each.getLong("orders")));
    faults.equal(where + ": per minute", minutes, records.perMinute());
  }

  private void checkQuantile(String currency, double share, long answered) throws SQLException {
    long total = records.total(currency, share);
    if (Math.abs(answered - total) > total * QUANTILE_ERROR + 1) {
      faults.equal("stats: baskets, " + currency + " " + share, answered, total);
    }
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }
}

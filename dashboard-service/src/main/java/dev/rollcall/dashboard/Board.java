package dev.rollcall.dashboard;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.TreeMap;

/**
 * What a dashboard shows: the newest orders, and the stats as last heard. An order that is told
 * twice is shown once. Not safe for concurrent use; time comes in as text.
 */
final class Board {
  static final int MAX_ORDERS = 20;

  private final TreeMap<Long, JsonObject> newestFirst = new TreeMap<>(Comparator.reverseOrder());
  private JsonObject stats =
      new JsonObject().put("orders", 0).put("revenue", new JsonObject()).put("last_minute", 0);
  private boolean stale = true;
  private String at;

  /**
   * An empty board, stale until it has heard stats.
   *
   * @param now an instant in ISO 8601
   */
  Board(String now) {
    at = now;
  }

  void add(JsonObject order) {
    newestFirst.put(order.getLong("id"), order);
    if (newestFirst.size() > MAX_ORDERS) {
      newestFirst.pollLastEntry();
    }
  }

  void heard(JsonObject latest, String now) {
    stats = latest.copy();
    stale = false;
    at = now;
  }

  /** Whoever counts the orders does not answer: what is shown may be old. */
  void unheard(String now) {
    stale = true;
    at = now;
  }

  boolean stale() {
    return stale;
  }

  JsonObject stats() {
    return stats.copy().put("stale", stale).put("at", at);
  }

  JsonObject snapshot() {
    JsonArray orders = new JsonArray();
    newestFirst.values().forEach(order -> orders.add(order.copy()));
    return new JsonObject().put("orders", orders).put("stats", stats());
  }
}

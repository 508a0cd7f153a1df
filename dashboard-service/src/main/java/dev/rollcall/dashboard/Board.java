package dev.rollcall.dashboard;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the dashboard shows: the newest orders, the stats, and whether these can be believed. Orders
 * may come twice and in any order.
 */
final class Board {
  static final int MOST_ORDERS = 20;

  private final NavigableMap<Long, Order> newestFirst = new TreeMap<>(Comparator.reverseOrder());
  private Stats stats = Stats.NONE;
  // Before any answer: older than whatever a browser knows from another instance.
  private Instant at = Instant.EPOCH;
  private boolean stale = true;

  /** Adds an order; returns whether it was not there and is among the newest. */
  boolean add(Order order) {
    boolean added = newestFirst.putIfAbsent(order.id(), order) == null;
    if (newestFirst.size() > MOST_ORDERS) {
      added &= newestFirst.pollLastEntry().getKey() != order.id();
    }
    return added;
  }

  /**
   * The stats were answered.
   *
   * @param askedAt when they were asked for: at least what was there then is in them
   */
  void answered(Stats answer, Instant askedAt) {
    stats = answer;
    at = askedAt;
    stale = false;
  }

  /** The stats were asked for in vain: those before are shown, as what they are. */
  void unanswered() {
    stale = true;
  }

  boolean stale() {
    return stale;
  }

  JsonObject stats() {
    return stats.json().put("stale", stale).put("at", at.toString());
  }

  JsonObject snapshot() {
    List<JsonObject> orders = newestFirst.values().stream().map(Order::json).toList();
    return new JsonObject().put("orders", new JsonArray(orders)).put("stats", stats());
  }
}

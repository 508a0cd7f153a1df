package dev.rollcall.dashboard;

import dev.rollcall.dashboard.Announcement.Created;
import dev.rollcall.dashboard.Announcement.StatusChanged;
import dev.rollcall.pubsub.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the dashboard shows: the newest orders, the stats, and whether these can be believed.
 *
 * <p>Announcements come once and in their order, and are added to the stats as they come. What
 * orders-service answers is true as of a position that may be before the last one heard, or after
 * it. So the latest announcements are kept: those that the answer does not have are added to it,
 * and those that it has already are not added again when they come.
 */
final class Board {
  static final int MOST_ORDERS = 20;

  /** More come in no question's time; with more on the way, the next question does. */
  private static final int MOST_KEPT = 10_000;

  private final NavigableMap<Long, Order> newestFirst = new TreeMap<>(Comparator.reverseOrder());
  private final Deque<Announcement> latest = new ArrayDeque<>();
  private Stats stats = Stats.none();

  /** Before any answer: older than whatever a browser knows from another instance. */
  private Instant at = Instant.EPOCH;

  private boolean stale = true;
  private long corrections;

  /** Takes the next announcement, which has a position. */
  void heard(Message message, Instant now) {
    JsonObject payload = message.payload();
    Announcement announcement = Announcement.from(message.position(), message.event(), payload);
    if (announcement instanceof Created) {
      Order.from(payload).ifPresent(this::add);
    }
    step(announcement);
    keep(announcement);
    count(announcement, now);
  }

  private void count(Announcement announcement, Instant now) {
    long ahead = announcement.position() - stats.position();
    if (ahead > 1) {
      // Some in between were not heard here.
      doubt();
    } else if (!stale && ahead == 1) {
      stats.add(announcement);
      at = now;
    }
  }

  private void keep(Announcement announcement) {
    if (!latest.isEmpty() && latest.getLast().position() + 1 != announcement.position()) {
      latest.clear();
    }
    latest.add(announcement);
    if (latest.size() > MOST_KEPT) {
      latest.remove();
    }
  }

  /** Takes orders that were asked for, perhaps before steps that were heard since. */
  void listed(List<Order> orders) {
    orders.forEach(this::add);
    latest.forEach(this::step);
  }

  private void step(Announcement announcement) {
    if (announcement instanceof StatusChanged changed) {
      newestFirst.computeIfPresent(
          changed.id(), (id, order) -> order.furtherOf(order.with(changed.status())));
    }
  }

  private void add(Order order) {
    newestFirst.merge(order.id(), order, Order::furtherOf);
    if (newestFirst.size() > MOST_ORDERS) {
      newestFirst.pollLastEntry();
    }
  }

  /**
   * The stats were answered.
   *
   * @return whether they can be shown: not when so much came since that it is not all known here
   */
  boolean answered(Stats answer, Instant now) {
    if (!reaches(answer.position())) {
      stale = true;
      return false;
    }
    latest.stream().filter(each -> each.position() > answer.position()).forEach(answer::add);
    if (!stale && answer.position() == stats.position() && !answer.agreesWith(stats)) {
      corrections++;
    }
    stats = answer;
    at = now;
    stale = false;
    return true;
  }

  private boolean reaches(long position) {
    return latest.isEmpty() || latest.getFirst().position() <= position + 1;
  }

  /**
   * The stats were asked for in vain, or announcements missed: these are shown as what they are.
   */
  void doubt() {
    stale = true;
  }

  boolean stale() {
    return stale;
  }

  /** Returns how often the stats here were others than orders-service's. */
  long corrections() {
    return corrections;
  }

  JsonObject stats(Instant now) {
    return stats.json(now).put("stale", stale).put("at", at.toString());
  }

  JsonObject snapshot(Instant now) {
    List<JsonObject> orders = newestFirst.values().stream().map(Order::json).toList();
    return new JsonObject().put("orders", new JsonArray(orders)).put("stats", stats(now));
  }
}

package dev.rollcall.orders;

import dev.rollcall.database.Database;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders for other services, over the event bus: {@code orders.list} with {@code {"limit": 20}} and
 * {@code orders.stats} with {@code {}}. Failures have the codes of HTTP: 400 with what is wrong,
 * 503 {@code unavailable} while the database is away, 500 {@code failed}.
 */
final class OrdersBus {
  static final String LIST = "orders.list";
  static final String STATS = "orders.stats";

  private static final Logger LOG = LoggerFactory.getLogger(OrdersBus.class);

  private final Orders orders;

  OrdersBus(Orders orders) {
    this.orders = orders;
  }

  /** Completes once the cluster knows where to ask. */
  Future<Void> register(EventBus bus) {
    return Future.all(
            bus.<Object>consumer(LIST, this::list).completion(),
            bus.<Object>consumer(STATS, this::stats).completion())
        .mapEmpty();
  }

  private void list(Message<Object> message) {
    if (!(message.body() instanceof JsonObject body) || !onlyHas(body, Set.of("limit"))) {
      message.fail(400, "invalid_body");
      return;
    }
    Object limit = body.getValue("limit", OrdersApi.DEFAULT_LIMIT);
    if (limit instanceof Integer count && count >= 1 && count <= OrdersApi.MAX_LIMIT) {
      reply(message, orders.newest(count).map(OrdersApi::json));
    } else {
      message.fail(400, "invalid_limit");
    }
  }

  private void stats(Message<Object> message) {
    if (message.body() instanceof JsonObject body && onlyHas(body, Set.of())) {
      reply(message, orders.stats().map(Stats::toJson));
    } else {
      message.fail(400, "invalid_body");
    }
  }

  private static boolean onlyHas(JsonObject body, Set<String> known) {
    return known.containsAll(body.fieldNames());
  }

  private static void reply(Message<Object> message, Future<JsonObject> answer) {
    Database.bounded(answer).onSuccess(message::reply).onFailure(failure -> fail(message, failure));
  }

  private static void fail(Message<Object> message, Throwable failure) {
    if (Database.unavailable(failure)) {
      message.fail(503, "unavailable");
    } else {
      LOG.error("{} failed", message.address(), failure);
      message.fail(500, "failed");
    }
  }
}

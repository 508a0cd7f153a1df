package dev.rollcall.orders;

import dev.rollcall.database.Database;
import dev.rollcall.orders.Creation.Created;
import dev.rollcall.orders.Creation.RepeatedSku;
import dev.rollcall.orders.StatusChange.Changed;
import dev.rollcall.orders.StatusChange.Illegal;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders for other services, over the event bus:
 *
 * <ul>
 *   <li>{@code orders.create} with what REST takes, and in the header {@code idempotency-key} what
 *       tells a repeated request; answers the order
 *   <li>{@code orders.get} with {@code {"id": 7}}; answers the order
 *   <li>{@code orders.list} with {@code {"before": 70, "limit": 20}}, both optional; answers {@code
 *       {"orders": […], "next": 51}}, without {@code next} on the last page
 *   <li>{@code orders.change_status} with {@code {"id": 7, "status": "paid"}}; answers the order
 *   <li>{@code orders.stats} with {@code {}}
 * </ul>
 *
 * Failures have the codes of HTTP and a message from a closed list: 400 {@code invalid_body} (with
 * what is wrong after a colon), {@code invalid_id}, {@code invalid_before}, {@code invalid_limit},
 * {@code invalid_status}, {@code invalid_key}; 404 {@code not_found}; 409 {@code illegal_step}; 422
 * {@code repeated_sku}, {@code key_reused}; 503 {@code unavailable} while the database is away; 500
 * {@code failed}.
 */
final class OrdersBus {
  static final String CREATE = "orders.create";
  static final String GET = "orders.get";
  static final String LIST = "orders.list";
  static final String CHANGE_STATUS = "orders.change_status";
  static final String STATS = "orders.stats";
  static final String KEY = "idempotency-key";

  private static final Logger LOG = LoggerFactory.getLogger(OrdersBus.class);
  private static final String PRINTABLE_KEY = "[\\x21-\\x7e]{1,255}";

  private final Contract contract;
  private final Orders orders;
  private final Supplier<Future<Stats>> stats;

  OrdersBus(Contract contract, Orders orders, Supplier<Future<Stats>> stats) {
    this.contract = contract;
    this.orders = orders;
    this.stats = stats;
  }

  /** Completes once the cluster knows where to ask. */
  Future<Void> register(EventBus bus) {
    return Future.all(
            List.of(
                answer(bus, CREATE, this::create),
                answer(bus, GET, this::get),
                answer(bus, LIST, this::list),
                answer(bus, CHANGE_STATUS, this::change),
                answer(bus, STATS, this::stats)))
        .mapEmpty();
  }

  private static Future<Void> answer(
      EventBus bus, String address, Function<Message<Object>, Future<JsonObject>> answer) {
    return bus.<Object>consumer(address, message -> reply(message, answer)).completion();
  }

  private Future<JsonObject> create(Message<Object> message) {
    JsonObject body = body(message);
    List<Problem.Field> wrong = contract.violations("createOrder", body);
    if (!wrong.isEmpty()) {
      throw refusal(400, "invalid_body: " + wrong.get(0).field() + " " + wrong.get(0).message());
    }
    String key = message.headers().get(KEY);
    check(key == null || key.matches(PRINTABLE_KEY), "invalid_key");
    return orders.create(NewOrder.of(body), key).map(OrdersBus::created);
  }

  private static JsonObject created(Creation end) {
    if (end instanceof Created created) {
      return created.order().toJson();
    }
    throw refusal(422, end instanceof RepeatedSku ? "repeated_sku" : "key_reused");
  }

  private Future<JsonObject> get(Message<Object> message) {
    JsonObject body = body(message, Set.of("id"));
    return orders
        .get(positive(body, "id", "invalid_id"))
        .map(found -> found.orElseThrow(() -> refusal(404, "not_found")).toJson());
  }

  private Future<JsonObject> list(Message<Object> message) {
    JsonObject body = body(message, Set.of("before", "limit"));
    long before =
        body.containsKey("before") ? positive(body, "before", "invalid_before") : Long.MAX_VALUE;
    long limit =
        body.containsKey("limit") ? positive(body, "limit", "invalid_limit") : Page.DEFAULT_LIMIT;
    check(limit <= Page.MAX_LIMIT, "invalid_limit");
    return orders.page(before, (int) limit).map(Page::toJson);
  }

  private Future<JsonObject> change(Message<Object> message) {
    JsonObject body = body(message, Set.of("id", "status"));
    long id = positive(body, "id", "invalid_id");
    Status status =
        Status.of(body.getValue("status") instanceof String name ? name : "")
            .orElseThrow(() -> refusal(400, "invalid_status"));
    return orders.change(id, status).map(OrdersBus::changed);
  }

  private static JsonObject changed(StatusChange end) {
    if (end instanceof Changed changed) {
      return changed.order().toJson();
    }
    throw end instanceof Illegal ? refusal(409, "illegal_step") : refusal(404, "not_found");
  }

  private Future<JsonObject> stats(Message<Object> message) {
    body(message, Set.of());
    return stats.get().map(Stats::toJson);
  }

  private static JsonObject body(Message<Object> message) {
    if (message.body() instanceof JsonObject body) {
      return body;
    }
    throw refusal(400, "invalid_body");
  }

  private static JsonObject body(Message<Object> message, Set<String> known) {
    JsonObject body = body(message);
    check(known.containsAll(body.fieldNames()), "invalid_body");
    return body;
  }

  private static long positive(JsonObject body, String field, String otherwise) {
    Object value = body.getValue(field);
    check(value instanceof Integer || value instanceof Long, otherwise);
    long number = ((Number) value).longValue();
    check(number > 0, otherwise);
    return number;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw refusal(400, otherwise);
    }
  }

  private static ReplyException refusal(int code, String message) {
    return new ReplyException(ReplyFailure.RECIPIENT_FAILURE, code, message);
  }

  private static void reply(
      Message<Object> message, Function<Message<Object>, Future<JsonObject>> answer) {
    try {
      answer.apply(message).onSuccess(message::reply).onFailure(failure -> fail(message, failure));
    } catch (RuntimeException refused) {
      fail(message, refused);
    }
  }

  private static void fail(Message<Object> message, Throwable failure) {
    if (failure instanceof ReplyException refusal) {
      message.fail(refusal.failureCode(), refusal.getMessage());
    } else if (failure instanceof Rejected rejected) {
      message.fail(400, "invalid_body: " + rejected.field() + " " + rejected.getMessage());
    } else if (Database.unavailable(failure)) {
      message.fail(503, "unavailable");
    } else {
      LOG.error("{} failed", message.address(), failure);
      message.fail(500, "failed");
    }
  }
}

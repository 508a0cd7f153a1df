package dev.rollcall.system;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.rollcall.system.OrdersHttp.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Customers who order one thing after another, each over a connection of their own, and do not give
 * up: what is not answered is asked again as the same, of whichever instance. Some take their order
 * on, and some ask for what is rolled back.
 */
final class Customers {
  private static final long AGAIN_MILLIS = 100;
  private static final List<String> CURRENCIES = List.of("EUR", "USD", "GBP");

  private final Vertx vertx;
  private final OrdersHttp http;
  private final List<Integer> ports;
  private final long pauseMillis;
  private final Consumer<Answer> told;
  private final Map<String, Long> placed = new ConcurrentHashMap<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final Map<Long, String> changed = new ConcurrentHashMap<>();
  private final Set<String> unexpected = ConcurrentHashMap.newKeySet();
  private final List<Future<Void>> gone = new ArrayList<>();
  private volatile boolean closed;

  /**
   * @param ports where the instances are
   * @param pauseMillis between two orders of a customer
   * @param told of every answer, on the event loop of the customers
   */
  Customers(Vertx vertx, List<Integer> ports, int count, long pauseMillis, Consumer<Answer> told) {
    this.vertx = vertx;
    this.http = new OrdersHttp(vertx, count);
    this.ports = List.copyOf(ports);
    this.pauseMillis = pauseMillis;
    this.told = told;
  }

  /** One of them; what they do follows from the seed, when they do it does not. */
  private final class Customer {
    private final int number;
    private final String name;
    private final Random random;
    private final Promise<Void> leaves = Promise.promise();
    private int port;
    private int orders;

    Customer(int number, long seed) {
      this.number = number;
      this.name = "customer-" + seed + "-" + number;
      this.random = new Random(seed * 1_000 + number);
      this.port = ports.get(number % ports.size());
    }

    void shop() {
      if (closed) {
        leaves.complete();
        return;
      }
      String key = name + "-" + ++orders;
      visit(key)
          .compose(done -> vertx.timer(Math.max(1, pauseMillis), MILLISECONDS))
          .onSuccess(rested -> shop())
          .onFailure(leaves::fail);
    }

    private Future<?> visit(String key) {
      if (random.nextInt(10) == 0) {
        return settled(way -> http.create(way, key, twiceTheSame()))
            .map(answer -> expected(answer, 422) && refused.add(key));
      }
      JsonObject order = order();
      return settled(way -> http.create(way, key, order)).compose(answer -> placed(key, answer));
    }

    private Future<?> placed(String key, Answer answer) {
      if (!expected(answer, 201)) {
        return Future.succeededFuture();
      }
      long id = answer.body().getLong("id");
      placed.put(key, id);
      return switch (random.nextInt(5)) {
        case 0 -> change(id, "cancelled");
        case 1 -> change(id, "paid").compose(paid -> change(id, "shipped"));
        default -> Future.succeededFuture();
      };
    }

    private Future<?> change(long id, String status) {
      return settled(way -> http.change(way, id, status))
          .map(answer -> expected(answer, 200) && changed.put(id, status) != null);
    }

    /** Asks until somebody says what has become of it. */
    private Future<Answer> settled(IntFunction<Future<Answer>> request) {
      return request
          .apply(port)
          .onSuccess(told::accept)
          .compose(
              answer ->
                  answer.open()
                      ? vertx
                          .timer(AGAIN_MILLIS, MILLISECONDS)
                          .onSuccess(later -> goElsewhere())
                          .compose(later -> settled(request))
                      : Future.succeededFuture(answer));
    }

    private void goElsewhere() {
      port = ports.get(random.nextInt(ports.size()));
    }

    private JsonObject order() {
      JsonArray items = new JsonArray();
      for (int i = 0; i <= random.nextInt(3); i++) {
        items.add(item("sku-" + i));
      }
      return order(items);
    }

    private JsonObject twiceTheSame() {
      return order(new JsonArray().add(item("tea-01")).add(item("tea-01")));
    }

    private JsonObject order(JsonArray items) {
      return new JsonObject()
          .put("customer", "Customer " + number)
          .put("currency", CURRENCIES.get(random.nextInt(CURRENCIES.size())))
          .put("items", items);
    }

    private JsonObject item(String sku) {
      return new JsonObject()
          .put("sku", sku)
          .put("quantity", 1 + random.nextInt(3))
          .put("unit_price", random.nextInt(10_000));
    }
  }

  /** Opens the shop, for another time once all are gone, to so many; each seed has other keys. */
  void enter(int count, long seed) {
    closed = false;
    gone.clear();
    for (int i = 0; i < count; i++) {
      Customer customer = new Customer(i, seed);
      gone.add(customer.leaves.future());
      vertx.runOnContext(now -> customer.shop());
    }
  }

  /** Closes the shop to those who have not ordered yet. */
  void close() {
    closed = true;
  }

  /** Completes when everybody has been answered, after the closing. */
  Future<Void> gone() {
    return Future.all(gone).mapEmpty();
  }

  /** Returns the orders that were answered, by key. */
  Map<String, Long> placed() {
    return Map.copyOf(placed);
  }

  /** Returns the keys of those that were refused, after their row was inserted. */
  Set<String> refused() {
    return Set.copyOf(refused);
  }

  /** Returns how far the orders have come that were taken on, by id. */
  Map<Long, String> changed() {
    return Map.copyOf(changed);
  }

  /** Returns the answers that nothing excuses. */
  Set<String> unexpected() {
    return Set.copyOf(unexpected);
  }

  private boolean expected(Answer answer, int status) {
    boolean right = answer.status() == status;
    if (!right) {
      unexpected.add(answer.status() + " " + answer.body());
    }
    return right;
  }
}

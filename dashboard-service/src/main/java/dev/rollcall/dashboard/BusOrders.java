package dev.rollcall.dashboard;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** Asks orders-service over the event bus. */
final class BusOrders implements Orders {
  /** An answer takes milliseconds; past this the service is away, and people are to know. */
  private static final long ANSWER_MILLIS = 2_000;

  private final EventBus bus;

  BusOrders(EventBus bus) {
    this.bus = bus;
  }

  @Override
  public Future<Stats> stats() {
    return ask("orders.stats", new JsonObject()).map(Stats::from);
  }

  @Override
  public Future<List<Order>> newest() {
    return ask("orders.list", new JsonObject().put("limit", Board.MOST_ORDERS))
        .map(BusOrders::orders);
  }

  private Future<JsonObject> ask(String address, JsonObject question) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(ANSWER_MILLIS);
    return bus.<JsonObject>request(address, question, options).map(Message::body);
  }

  private static List<Order> orders(JsonObject answer) {
    return answer.getJsonArray("orders").stream()
        .map(JsonObject.class::cast)
        .map(Order::from)
        .flatMap(Optional::stream)
        .toList();
  }
}

package dev.rollcall.orders;

import dev.rollcall.database.Database;
import dev.rollcall.node.Node;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Consumer;

/** Creates orders over REST, answers for them on the bus, announces each after its commit. */
final class OrdersVerticle extends VerticleBase {
  private static final String TOPIC = "orders";
  private static final String CREATED = "order_created";

  private final Node node;

  OrdersVerticle(Node node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    return Database.open(node, "orders")
        .map(database -> new Orders(database.pool()))
        .compose(
            orders ->
                new OrdersBus(orders)
                    .register(vertx.eventBus())
                    .compose(
                        listening -> new OrdersApi(orders, announce(node.pubSub())).router(vertx))
                    .compose(node::listen));
  }

  static Consumer<Order> announce(PubSub pubSub) {
    return order -> pubSub.broadcast(TOPIC, CREATED, order.toJson());
  }
}

package dev.rollcall.orders;

import dev.rollcall.database.Database;
import dev.rollcall.node.Node;
import dev.rollcall.outbox.Outbox;
import dev.rollcall.pubsub.History;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Supplier;

/**
 * Creates orders over REST, the bus and from a job of its own, announces each after its commit, and
 * answers for them.
 */
final class OrdersVerticle extends VerticleBase {
  /** Where the dashboard, whose database is another, recovers announcements that it missed. */
  private static final String HISTORY = "orders.history";

  private final Node node;

  OrdersVerticle(Node node) {
    this.node = node;
  }

  @Override
  public Future<?> start() {
    int everyMillis = node.environment().number("ROLLCALL_SAMPLE_ORDERS_MILLIS", 0, 0, 3_600_000);
    node.environment().check();
    return Database.open(node, "orders")
        .compose(
            database ->
                Outbox.open(node, database, new Tallies())
                    .compose(outbox -> serve(database, outbox, everyMillis)));
  }

  private Future<?> serve(Database database, Outbox outbox, int everyMillis) {
    Orders orders = new Orders(database, outbox);
    Supplier<Future<Stats>> stats = () -> Tallies.stats(database);
    return Contract.read(vertx)
        .compose(
            contract ->
                new OrdersBus(contract, orders, stats)
                    .register(vertx.eventBus())
                    .compose(
                        registered -> History.answer(vertx.eventBus(), HISTORY, outbox.history()))
                    .compose(
                        answering ->
                            node.listen(new OrdersApi(contract, orders, stats).router(vertx))))
        .onSuccess(listening -> new SampleOrders(orders).every(vertx, everyMillis));
  }
}

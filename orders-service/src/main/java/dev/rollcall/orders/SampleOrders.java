package dev.rollcall.orders;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job in the background that orders now and then, for whoever wants to see a dashboard live. Its
 * orders are announced as all others are: it knows nothing of it.
 */
final class SampleOrders {
  private static final Logger LOG = LoggerFactory.getLogger(SampleOrders.class);
  private static final List<String> CUSTOMERS =
      List.of("Ana", "Bob", "Chen", "Dalia", "Eve", "Femi", "Gita", "Hugo");
  private static final List<String> SKUS =
      List.of("tea-01", "coffee-03", "cup-12", "kettle-07", "honey-02");

  private final Orders orders;
  private final Random random = new Random();

  SampleOrders(Orders orders) {
    this.orders = orders;
  }

  /**
   * Begins; ends with the verticle that it is called from.
   *
   * @param millis between two orders; none are made where it is 0
   */
  void every(Vertx vertx, int millis) {
    if (millis > 0) {
      vertx.setPeriodic(millis, timer -> order());
    }
  }

  private void order() {
    orders
        .create(wanted())
        .onFailure(failure -> LOG.debug("no sample was ordered: {}", failure.getMessage()));
  }

  NewOrder wanted() {
    Currency[] currencies = Currency.values();
    int kinds = 1 + random.nextInt(SKUS.size());
    List<Item> items =
        IntStream.range(0, kinds)
            .mapToObj(
                i -> new Item(SKUS.get(i), 1 + random.nextInt(5), 150 + random.nextInt(4_000)))
            .toList();
    return new NewOrder(
        CUSTOMERS.get(random.nextInt(CUSTOMERS.size())),
        currencies[random.nextInt(currencies.length)],
        items);
  }
}

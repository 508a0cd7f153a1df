package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.failure;
import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.database.Database;
import dev.rollcall.orders.Creation.Created;
import dev.rollcall.orders.Creation.KeyReused;
import dev.rollcall.orders.Creation.RepeatedSku;
import dev.rollcall.orders.StatusChange.Changed;
import dev.rollcall.orders.StatusChange.Illegal;
import dev.rollcall.orders.StatusChange.NoSuchOrder;
import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.Subscription;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Verticle;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OrdersTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private Orders orders;

  @BeforeEach
  void open() {
    orders = SERVER.orders();
  }

  @Test
  void whatIsCreatedIsFoundAsItWas() throws Exception {
    NewOrder wanted =
        new NewOrder(
            "Ana Ñandú 🐦",
            Currency.GBP,
            List.of(new Item("z", 10_000, 100_000_000), new Item("a", 1, 0)));

    Order created = created(wanted);

    assertThat(created.total()).isEqualTo(1_000_000_000_000L);
    assertThat(result(orders.get(created.id()))).contains(created);
    assertThat(result(orders.page(Long.MAX_VALUE, 10)).orders()).containsExactly(created);
  }

  @Test
  void anOrderThatIsNotThereIsNotFound() throws Exception {
    assertThat(result(orders.get(1))).isEmpty();
    assertThat(result(orders.page(Long.MAX_VALUE, 10)).orders()).isEmpty();
  }

  @Test
  void aRepeatedSkuLeavesNoRowAtAll() throws Exception {
    NewOrder twice =
        new NewOrder(
            "Ana",
            Currency.EUR,
            List.of(new Item("a", 1, 1), new Item("b", 1, 1), new Item("a", 2, 1)));

    assertThat(result(orders.create(twice))).isEqualTo(new RepeatedSku("a", 2));
    assertThat(SERVER.count("orders")).isZero();
    assertThat(SERVER.count("items")).isZero();
  }

  @Test
  void manyAtOnceAreAllStoredUnderTheirOwnId() throws Exception {
    List<Future<Creation>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(orders.create(Samples.wanted("Ana", Currency.EUR, i)));
    }
    result(Future.all(all));

    HashSet<Long> ids = new HashSet<>();
    for (Future<Creation> each : all) {
      ids.add(((Created) each.result()).order().id());
    }
    assertThat(ids).hasSize(100);
  }

  @Test
  void theSameKeyIsTheSameOrder() throws Exception {
    NewOrder wanted = Samples.wanted("Ana", Currency.EUR, 7);
    Order first = ((Created) result(orders.create(wanted, "key"))).order();
    result(orders.change(first.id(), Status.PAID));

    assertThat(result(orders.create(wanted, "key"))).isEqualTo(new Created(first, true));
    assertThat(result(orders.create(Samples.wanted("Ana", Currency.EUR, 8), "key")))
        .isEqualTo(new KeyReused());
    assertThat(((Created) result(orders.create(wanted, "other"))).order().id())
        .isNotEqualTo(first.id());
    assertThat(events()).containsExactly("order_created", "order_status_changed", "order_created");
  }

  @Test
  void theSameKeyAtTheSameMomentIsOneOrder() throws Exception {
    List<Future<Creation>> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(orders.create(Samples.wanted("Ana", Currency.EUR, 7), "key"));
    }
    result(Future.all(all));

    assertThat(all).extracting(each -> ((Created) each.result()).order().id()).containsOnly(1L);
    assertThat(all).filteredOn(each -> !((Created) each.result()).before()).hasSize(1);
    assertThat(SERVER.count("orders")).isEqualTo(1);
    assertThat(events()).containsExactly("order_created");
  }

  @Test
  void aKeyOfWhatFailedIsFree() throws Exception {
    NewOrder twice =
        new NewOrder("Ana", Currency.EUR, List.of(new Item("a", 1, 1), new Item("a", 2, 1)));
    result(orders.create(twice, "key"));

    assertThat(result(orders.create(Samples.wanted("Ana", Currency.EUR, 7), "key")))
        .isInstanceOf(Created.class);
  }

  @Test
  void onlyLegalStepsChangeAStatus() throws Exception {
    for (Status from : Status.values()) {
      for (Status to : Status.values()) {
        long id = created(Samples.wanted("Ana", Currency.EUR, 7)).id();
        SERVER.execute("UPDATE orders SET status = '" + from + "' WHERE id = " + id);
        StatusChange end = result(orders.change(id, to));

        boolean legal = from == to || from.next().contains(to);
        assertThat(end).isInstanceOf(legal ? Changed.class : Illegal.class);
        assertThat(result(orders.get(id)).orElseThrow().status()).isEqualTo(legal ? to : from);
      }
    }
    assertThat(result(orders.change(999, Status.PAID))).isEqualTo(new NoSuchOrder());
    assertThat(events()).filteredOn("order_status_changed"::equals).hasSize(5);
  }

  @Test
  void ofTwoWhoTakeDifferentStepsAtOnceOneSucceeds() throws Exception {
    long id = created(Samples.wanted("Ana", Currency.EUR, 7)).id();
    result(orders.change(id, Status.PAID));
    Future<StatusChange> shipped = orders.change(id, Status.SHIPPED);
    Future<StatusChange> cancelled = orders.change(id, Status.CANCELLED);
    result(Future.all(shipped, cancelled));

    assertThat(List.of(shipped.result(), cancelled.result()))
        .filteredOn(Changed.class::isInstance)
        .hasSize(1);
    assertThat(events())
        .containsExactly("order_created", "order_status_changed", "order_status_changed");
  }

  @Test
  void pagesFollowEachOtherByKey() throws Exception {
    for (int i = 0; i < 5; i++) {
      created(Samples.wanted("Ana", Currency.EUR, i));
    }
    Page first = result(orders.page(Long.MAX_VALUE, 3));
    created(Samples.wanted("Ana", Currency.EUR, 9));
    Page second = result(orders.page(3, 3));

    assertThat(first.orders()).extracting(Order::id).containsExactly(5L, 4L, 3L);
    assertThat(first.more()).isTrue();
    assertThat(second.orders()).extracting(Order::id).containsExactly(2L, 1L);
    assertThat(second.more()).isFalse();
  }

  @Test
  void aJobInTheBackgroundIsAnnouncedJustTheSame() throws Exception {
    Promise<Message> heard = Promise.promise();
    Subscription subscription = SERVER.pubSub().subscribe(Orders.TOPIC, heard::tryComplete);
    Verticle job =
        new AbstractVerticle() {
          @Override
          public void start() {
            new SampleOrders(orders).every(vertx, 10);
          }
        };
    String deployed = result(SERVER.vertx().deployVerticle(job));
    Message message = result(heard.future());
    result(SERVER.vertx().undeploy(deployed));
    subscription.unsubscribe();

    assertThat(message.event()).isEqualTo(Orders.CREATED);
    assertThat(message.position()).isEqualTo(1);
    assertThat(result(orders.get(1)).orElseThrow().toJson()).isEqualTo(message.payload());
  }

  /** What was announced so far, in its order. */
  private static List<String> events() throws Exception {
    SERVER.settle();
    return result(
        SERVER
            .database()
            .query(
                client ->
                    client
                        .query(
                            "SELECT event FROM outbox_announcements WHERE topic = 'orders'"
                                + " ORDER BY position")
                        .execute()
                        .map(rows -> rows.stream().map(row -> row.getString(0)).toList())));
  }

  @Test
  void withTheDatabaseAwayTheFailureSaysSo() throws Exception {
    SERVER.stop();
    try {
      Throwable away = failure(orders.create(Samples.wanted("Ana", Currency.EUR, 1)));

      assertThat(Database.unavailable(away)).isTrue();
    } finally {
      SERVER.start();
    }
  }

  private Order created(NewOrder wanted) throws Exception {
    return ((Created) result(orders.create(wanted))).order();
  }
}

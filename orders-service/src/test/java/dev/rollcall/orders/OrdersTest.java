package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.failure;
import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.database.Database;
import dev.rollcall.orders.Creation.Created;
import dev.rollcall.orders.Creation.RepeatedSku;
import io.vertx.core.Future;
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

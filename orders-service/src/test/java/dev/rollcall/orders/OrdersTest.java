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
import java.util.Map;
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
    orders = new Orders(SERVER.database().pool());
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
    assertThat(result(orders.newest(10))).containsExactly(created);
  }

  @Test
  void anOrderThatIsNotThereIsNotFound() throws Exception {
    assertThat(result(orders.get(1))).isEmpty();
    assertThat(result(orders.newest(10))).isEmpty();
  }

  @Test
  void aRepeatedSkuLeavesNoRowAtAll() throws Exception {
    NewOrder twice =
        new NewOrder(
            "Ana",
            Currency.EUR,
            List.of(new Item("a", 1, 1), new Item("b", 1, 1), new Item("a", 2, 1)));

    assertThat(result(orders.create(twice))).isEqualTo(new RepeatedSku("a", 2));
    assertThat(count("orders")).isZero();
    assertThat(count("items")).isZero();
  }

  @Test
  void theStatsOfNothingAreZero() throws Exception {
    assertThat(result(orders.stats())).isEqualTo(new Stats(0, Map.of(), 0));
  }

  @Test
  void statsCountAndSumByCurrency() throws Exception {
    created(Samples.wanted("Ana", Currency.EUR, 450));
    created(Samples.wanted("Bob", Currency.EUR, 50));
    created(Samples.wanted("Eve", Currency.USD, 7));

    assertThat(result(orders.stats()))
        .isEqualTo(new Stats(3, Map.of(Currency.EUR, 500L, Currency.USD, 7L), 3));
  }

  @Test
  void onlyTheLastMinuteIsOfTheLastMinute() throws Exception {
    created(Samples.wanted("Ana", Currency.EUR, 450));
    execute("UPDATE orders SET created_at = now() - interval '61 seconds'");
    created(Samples.wanted("Bob", Currency.EUR, 450));

    assertThat(result(orders.stats())).isEqualTo(new Stats(2, Map.of(Currency.EUR, 900L), 1));
  }

  @Test
  void aRevenueBeyondALongStopsAtItsEnd() throws Exception {
    created(Samples.wanted("Ana", Currency.EUR, 1));
    created(Samples.wanted("Bob", Currency.EUR, 1));
    execute("UPDATE orders SET total = 9223372036854775807");

    assertThat(result(orders.stats()).revenue()).containsEntry(Currency.EUR, Long.MAX_VALUE);
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
    assertThat(result(orders.stats()).orders()).isEqualTo(100);
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

  private static long count(String table) throws Exception {
    return result(
            SERVER
                .database()
                .pool()
                .query("SELECT count(*) FROM " + table)
                .execute()
                .map(rows -> rows.iterator().next().getLong(0)))
        .longValue();
  }

  private static void execute(String sql) throws Exception {
    result(SERVER.database().pool().query(sql).execute());
  }
}

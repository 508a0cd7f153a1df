package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.failure;
import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.orders.Creation.Created;
import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TalliesTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  /** The figures by the table of orders itself. */
  private static final String COUNTED =
      """
      SELECT json_build_object(
        'orders', (SELECT count(*) FROM orders),
        'revenue', (SELECT coalesce(json_object_agg(currency, sum), '{}') FROM (
          SELECT currency, sum(total) FILTER (WHERE status <> 'cancelled') AS sum
          FROM orders GROUP BY currency) AS revenue),
        'statuses', (SELECT coalesce(json_object_agg(status, count), '{}') FROM (
          SELECT status, count(*) FROM orders GROUP BY status) AS statuses),
        'minutes', (SELECT coalesce(json_agg(count ORDER BY minute), '[]') FROM (
          SELECT date_trunc('minute', created_at) AS minute, count(*)
          FROM orders GROUP BY minute) AS minutes))::text
      """;

  @Test
  void theStatsOfNothingAreEmpty() throws Exception {
    Stats none = stats();

    assertThat(none.orders()).isZero();
    assertThat(none.revenue()).isEmpty();
    assertThat(none.baskets()).isEmpty();
  }

  @Test
  void theStatsAreWhatTheOrdersAddUpTo() throws Exception {
    Random random = new Random(7);
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Currency currency = any(random, Currency.values());
      ids.add(create(currency, random.nextInt(100_000)));
      long id = ids.get(random.nextInt(ids.size()));
      Status status = any(random, Status.values());
      result(SERVER.orders().change(id, status));
    }
    SERVER.settle();

    assertThat(comparable(stats())).isEqualTo(counted());
    assertThat(stats().position())
        .isEqualTo(SERVER.count("outbox_announcements WHERE topic = 'orders'"));
  }

  @Test
  void cancelledOrdersEarnNothing() throws Exception {
    create(Currency.EUR, 450);
    long cancelled = create(Currency.EUR, 50);
    result(SERVER.orders().change(cancelled, Status.CANCELLED));
    result(SERVER.orders().change(cancelled, Status.CANCELLED));
    SERVER.settle();

    assertThat(stats().revenue()).isEqualTo(Map.of(Currency.EUR, 450L));
    assertThat(stats().orders()).isEqualTo(2);
    assertThat(comparable(stats())).isEqualTo(counted());
  }

  @Test
  void halfOfTheBasketsAreNoLarger() throws Exception {
    for (int i = 1; i <= 100; i++) {
      create(Currency.USD, i);
    }
    SERVER.settle();

    assertThat(stats().baskets().get(Currency.USD).toJson())
        .isEqualTo(new JsonObject().put("p50", 50L).put("p95", 95L));
  }

  @Test
  void aRevenueBeyondALongStopsAtItsEndAndCountsOn() throws Exception {
    create(Currency.EUR, 1);
    SERVER.settle();
    SERVER.execute("UPDATE tallies SET value = 9223372036854775807 WHERE measure = 'revenue'");
    create(Currency.EUR, 1);
    SERVER.settle();

    assertThat(stats().revenue()).isEqualTo(Map.of(Currency.EUR, Long.MAX_VALUE));
    assertThat(stats().orders()).isEqualTo(2);
  }

  @Test
  void whatIsNotKnownIsCountedAsAnAnnouncementAndKeepsNothingBack() throws Exception {
    result(
        SERVER
            .outbox()
            .transaction(
                (connection, announcements) -> {
                  announcements.add(Orders.TOPIC, "order_praised", new JsonObject());
                  return Future.succeededFuture();
                }));
    create(Currency.EUR, 1);
    SERVER.settle();

    assertThat(stats().position()).isEqualTo(2);
    assertThat(stats().orders()).isEqualTo(1);
  }

  @Test
  void minutesOfMoreThanAnHourAgoAreNotShown() throws Exception {
    SERVER.execute("INSERT INTO tallies VALUES ('minute', '', 1, 7)");
    create(Currency.EUR, 1);
    SERVER.settle();

    assertThat(stats().perMinute().values()).containsExactly(1L);
  }

  @Test
  void theFirstOrderOfAMinuteTakesOldMinutesAway() throws Exception {
    SERVER.execute("INSERT INTO tallies VALUES ('minute', '', 39, 7), ('minute', '', 40, 8)");
    // An instance that has seen no minute yet.
    Tallies fresh = new Tallies();
    Message created =
        Message.of(Orders.TOPIC, Orders.CREATED, 1, order("1970-01-01T01:40:00.000Z"));
    result(
        SERVER
            .database()
            .transaction(connection -> fresh.apply(connection, List.of(created)).mapEmpty()));

    assertThat(
            SERVER.text(
                "SELECT string_agg(bucket::text, ' ' ORDER BY bucket) FROM tallies"
                    + " WHERE measure = 'minute'"))
        .isEqualTo("40 100");
  }

  private static JsonObject order(String createdAt) {
    return new JsonObject()
        .put("id", 1)
        .put("currency", "EUR")
        .put("total", 1)
        .put("status", "placed")
        .put("created_at", createdAt);
  }

  @Test
  void ordersThatWereThereBeforeAreCountedAsTheServiceCounts() throws Exception {
    for (int i = 0; i < 40; i++) {
      create(Currency.EUR, 1L << i % 26 | i);
    }
    create(Currency.GBP, 0);
    SERVER.settle();
    String before = tallies();
    SERVER.execute("DELETE FROM tallies; DELETE FROM baskets");
    SERVER.execute(migration("V2__status_keys_tallies.sql", "INSERT INTO tallies"));
    SERVER.execute(migration("V3__baskets.sql", "WITH sizes"));

    assertThat(tallies()).isEqualTo(before);
  }

  private static String migration(String name, String from) throws IOException {
    try (InputStream file = TalliesTest.class.getResourceAsStream("/db/orders/" + name)) {
      String sql = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return sql.substring(sql.indexOf(from));
    }
  }

  @Test
  void whatIsRolledBackIsNotCounted() throws Exception {
    NewOrder twice =
        new NewOrder("Ana", Currency.EUR, List.of(new Item("a", 1, 1), new Item("a", 1, 1)));
    result(SERVER.orders().create(twice));
    SERVER.execute("ALTER TABLE items RENAME TO away");
    Throwable broken = failure(SERVER.orders().create(Samples.wanted("Ana", Currency.EUR, 1)));
    SERVER.execute("ALTER TABLE away RENAME TO items");
    SERVER.settle();

    assertThat(broken).hasMessageContaining("items");
    assertThat(stats().orders()).isZero();
  }

  private static <T> T any(Random random, T[] of) {
    return of[random.nextInt(of.length)];
  }

  private static Stats stats() throws Exception {
    return result(SERVER.stats());
  }

  private static long create(Currency currency, long price) throws Exception {
    Future<Creation> creation = SERVER.orders().create(Samples.wanted("Ana", currency, price));
    return ((Created) result(creation)).order().id();
  }

  private static JsonObject comparable(Stats stats) {
    JsonObject json = stats.toJson();
    JsonObject statuses = new JsonObject();
    json.getJsonObject("statuses").stream()
        .filter(each -> (long) each.getValue() != 0)
        .forEach(each -> statuses.put(each.getKey(), each.getValue()));
    return new JsonObject(
        new JsonObject()
            .put("orders", stats.orders())
            .put("revenue", json.getJsonObject("revenue"))
            .put("statuses", statuses)
            .put("minutes", List.copyOf(stats.perMinute().values()))
            .encode());
  }

  private static JsonObject counted() throws Exception {
    return new JsonObject(SERVER.text(COUNTED));
  }

  private static String tallies() throws Exception {
    return SERVER.text(
        "SELECT string_agg(concat_ws(' ', measure, label, bucket, value), ', '"
            + " ORDER BY measure, label, bucket) || (SELECT string_agg("
            + " baskets::text, ', ' ORDER BY currency) FROM baskets)"
            + " FROM tallies WHERE measure <> 'announced'");
  }
}

package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.failure;
import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OrdersBusTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private Vertx vertx;
  private Orders orders;

  @BeforeEach
  void register() throws Exception {
    vertx = Vertx.vertx();
    orders = SERVER.orders();
    Contract contract = result(Contract.read(vertx));
    result(new OrdersBus(contract, orders, SERVER::stats).register(vertx.eventBus()));
  }

  @AfterEach
  void close() throws Exception {
    result(vertx.close());
  }

  @Test
  void theNewestAreListedFirst() throws Exception {
    result(orders.create(Samples.wanted("Ana", Currency.EUR, 1)));
    result(orders.create(Samples.wanted("Bob", Currency.EUR, 1)));

    JsonArray listed = ask("orders.list", new JsonObject().put("limit", 1)).getJsonArray("orders");

    assertThat(listed).hasSize(1);
    assertThat(listed.getJsonObject(0).getString("customer")).isEqualTo("Bob");
    assertThat(ask("orders.list", new JsonObject()).getJsonArray("orders")).hasSize(2);
  }

  @Test
  void anOrderIsCreatedFoundAndTakenOn() throws Exception {
    JsonObject created = ask("orders.create", Samples.order());
    JsonObject id = new JsonObject().put("id", created.getLong("id"));
    JsonObject paid = ask("orders.change_status", id.copy().put("status", "paid"));

    assertThat(created.getString("status")).isEqualTo("placed");
    assertThat(paid).isEqualTo(created.copy().put("status", "paid"));
    assertThat(ask("orders.get", id)).isEqualTo(paid);
  }

  @Test
  void aRequestThatIsRepeatedCreatesNoSecondOrder() throws Exception {
    DeliveryOptions key = new DeliveryOptions().addHeader("idempotency-key", "k-1");
    JsonObject first =
        result(vertx.eventBus().<JsonObject>request("orders.create", Samples.order(), key)).body();
    JsonObject second =
        result(vertx.eventBus().<JsonObject>request("orders.create", Samples.order(), key)).body();

    assertThat(second).isEqualTo(first);
    assertThat(SERVER.count("orders")).isEqualTo(1);
  }

  @Test
  void pagesFollowEachOther() throws Exception {
    for (int i = 0; i < 5; i++) {
      result(orders.create(Samples.wanted("Ana", Currency.EUR, i)));
    }
    JsonObject first = ask("orders.list", new JsonObject().put("limit", 3));
    JsonObject second = ask("orders.list", new JsonObject().put("before", first.getLong("next")));

    assertThat(first.getJsonArray("orders")).hasSize(3);
    assertThat(second.getJsonArray("orders")).hasSize(2);
    assertThat(second.containsKey("next")).isFalse();
  }

  @Test
  void whatIsNotLegalIsRefusedWithItsCode() throws Exception {
    ask("orders.create", Samples.order());
    JsonObject first = new JsonObject().put("id", 1);

    assertRefused(
        409, "illegal_step", "orders.change_status", first.copy().put("status", "shipped"));
    assertRefused(
        404, "not_found", "orders.change_status", first.copy().put("id", 2).put("status", "paid"));
    assertRefused(404, "not_found", "orders.get", new JsonObject().put("id", 2));
    assertRefused(
        422, "repeated_sku", "orders.create", Samples.order(Samples.item(), Samples.item()));
    assertRefused(
        400,
        "invalid_body: /items/0/quantity is missing",
        "orders.create",
        Samples.order(new JsonObject().put("sku", "a").put("unit_price", 1)));
  }

  private void assertRefused(int code, String message, String address, JsonObject body)
      throws Exception {
    ReplyException refused = refusal(address, body);
    assertThat(refused.failureCode()).isEqualTo(code);
    assertThat(refused.getMessage()).isEqualTo(message);
  }

  @Test
  void statsAreTold() throws Exception {
    result(orders.create(Samples.wanted("Ana", Currency.EUR, 450)));
    SERVER.settle();
    JsonObject stats = ask("orders.stats", new JsonObject());

    assertThat(stats.getLong("position")).isEqualTo(1);
    assertThat(stats.getLong("orders")).isEqualTo(1);
    assertThat(stats.getJsonObject("revenue")).isEqualTo(new JsonObject().put("EUR", 450L));
    assertThat(stats.getJsonObject("statuses")).isEqualTo(new JsonObject().put("placed", 1L));
    assertThat(stats.getJsonArray("per_minute").getJsonObject(0).getLong("orders")).isEqualTo(1);
  }

  static Stream<Arguments> badBodies() {
    return Stream.of(
        Arguments.of("orders.list", "text", "invalid_body"),
        Arguments.of("orders.list", null, "invalid_body"),
        Arguments.of("orders.list", new JsonArray(), "invalid_body"),
        Arguments.of("orders.list", new JsonObject().put("offset", 1), "invalid_body"),
        Arguments.of("orders.list", new JsonObject().put("limit", 0), "invalid_limit"),
        Arguments.of("orders.list", new JsonObject().put("limit", 101), "invalid_limit"),
        Arguments.of("orders.list", new JsonObject().put("limit", "1"), "invalid_limit"),
        Arguments.of("orders.list", new JsonObject().put("limit", 1.5), "invalid_limit"),
        Arguments.of("orders.list", new JsonObject().putNull("limit"), "invalid_limit"),
        Arguments.of("orders.list", new JsonObject().put("before", 0), "invalid_before"),
        Arguments.of("orders.list", new JsonObject().put("before", "1"), "invalid_before"),
        Arguments.of("orders.get", new JsonObject(), "invalid_id"),
        Arguments.of("orders.get", new JsonObject().put("id", -1), "invalid_id"),
        Arguments.of("orders.get", new JsonObject().put("id", "1"), "invalid_id"),
        Arguments.of("orders.get", new JsonObject().put("id", 1).put("x", 1), "invalid_body"),
        Arguments.of("orders.change_status", new JsonObject().put("id", 1), "invalid_status"),
        Arguments.of(
            "orders.change_status",
            new JsonObject().put("id", 1).put("status", "PAID"),
            "invalid_status"),
        Arguments.of("orders.create", "text", "invalid_body"),
        Arguments.of("orders.stats", new JsonObject().put("limit", 1), "invalid_body"),
        Arguments.of("orders.stats", 7, "invalid_body"));
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void aBadBodyIsRefusedWithACode(String address, Object body, String problem) throws Exception {
    ReplyException refused = refusal(address, body);

    assertThat(refused.failureCode()).isEqualTo(400);
    assertThat(refused.getMessage()).isEqualTo(problem);
  }

  @Test
  void withTheDatabaseAwayTheAnswerIsUnavailable() throws Exception {
    SERVER.stop();
    try {
      ReplyException refused = refusal("orders.stats", new JsonObject());

      assertThat(refused.failureCode()).isEqualTo(503);
      assertThat(refused.getMessage()).isEqualTo("unavailable");
    } finally {
      SERVER.start();
    }
  }

  private JsonObject ask(String address, JsonObject body) throws Exception {
    return result(vertx.eventBus().<JsonObject>request(address, body)).body();
  }

  private ReplyException refusal(String address, Object body) throws Exception {
    return (ReplyException) failure(vertx.eventBus().request(address, body));
  }
}

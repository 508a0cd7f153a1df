package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.failure;
import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
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
    orders = new Orders(SERVER.database().pool());
    result(new OrdersBus(orders).register(vertx.eventBus()));
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
  void statsAreToldByCurrency() throws Exception {
    result(orders.create(Samples.wanted("Ana", Currency.EUR, 450)));

    assertThat(ask("orders.stats", new JsonObject()))
        .isEqualTo(
            new JsonObject()
                .put("orders", 1L)
                .put("revenue", new JsonObject().put("EUR", 450L))
                .put("last_minute", 1L));
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

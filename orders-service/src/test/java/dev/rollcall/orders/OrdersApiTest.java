package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OrdersApiTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  @RegisterExtension final TestApi api = new TestApi(SERVER);

  @Test
  void anOrderIsCreatedFoundAndAnnounced() throws Exception {
    Answer created = api.post(Samples.order());
    Answer found = api.get(created.header("Location"));

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("Location")).isEqualTo("/orders/1");
    assertThat(created.json().getLong("id")).isEqualTo(1);
    assertThat(created.json().getLong("total")).isEqualTo(900);
    assertThat(created.json().getJsonArray("items")).isEqualTo(new JsonArray().add(Samples.item()));
    assertThat(created.json().getString("created_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(found.status()).isEqualTo(200);
    assertThat(found.json()).isEqualTo(created.json());
    Message message = api.announcement();
    assertThat(message.event()).isEqualTo("order_created");
    assertThat(message.payload()).isEqualTo(created.json());
  }

  @Test
  void theNewestOrdersComeFirst() throws Exception {
    for (int i = 0; i < 3; i++) {
      api.post(Samples.order());
    }

    assertThat(api.get("/orders").ids()).containsExactly(3L, 2L, 1L);
    assertThat(api.get("/orders?limit=2").ids()).containsExactly(3L, 2L);
  }

  @Test
  void anOrderMayHaveAHundredItemsInItsOwnSequence() throws Exception {
    JsonArray items = Samples.items(100);
    Answer created = api.post(Samples.order().put("items", items));

    assertThat(created.status()).isEqualTo(201);
    assertThat(api.get("/orders/1").json().getJsonArray("items")).isEqualTo(items);
  }

  static Stream<Map.Entry<String, UnaryOperator<JsonObject>>> invalidOrders() {
    return Stream.of(
        invalid("/customer", order -> without(order, "customer")),
        invalid("/customer", order -> order.put("customer", "")),
        invalid("/customer", order -> order.put("customer", "  ")),
        invalid("/customer", order -> order.put("customer", "a\u0000b")),
        invalid("/customer", order -> order.put("customer", "a\ud800b")),
        invalid("/customer", order -> order.put("customer", "a".repeat(101))),
        invalid("/customer", order -> order.put("customer", 7)),
        invalid("/customer", order -> order.putNull("customer")),
        invalid("/currency", order -> order.put("currency", "XXX")),
        invalid("/currency", order -> without(order, "currency")),
        invalid("/items", order -> without(order, "items")),
        invalid("/items", order -> order.put("items", new JsonArray())),
        invalid("/items", order -> order.put("items", "tea")),
        invalid("/items", order -> order.put("items", Samples.items(101))),
        invalid("/items/0", order -> order.put("items", new JsonArray().add(1))),
        invalid("/items/0", order -> order.put("items", new JsonArray().addNull())),
        invalid("/surprise", order -> order.put("surprise", true)),
        invalid("/a~1b", order -> order.put("a/b", true)),
        invalid("/items/0/surprise", item("surprise", 1)),
        invalid("/items/0/sku", item("sku", "no blanks")),
        invalid("/items/0/sku", item("sku", "a".repeat(65))),
        invalid("/items/0/quantity", item("quantity", 0)),
        invalid("/items/0/quantity", item("quantity", 10_001)),
        invalid("/items/0/quantity", item("quantity", 1.5)),
        invalid("/items/0/quantity", item("quantity", "2")),
        invalid("/items/0/quantity", item("quantity", Long.MAX_VALUE)),
        invalid("/items/0/unit_price", item("unit_price", -1)),
        invalid("/items/0/unit_price", item("unit_price", 100_000_001)));
  }

  @ParameterizedTest
  @MethodSource("invalidOrders")
  void anInvalidOrderIsRefusedWithItsFieldAndLeavesNothing(
      Map.Entry<String, UnaryOperator<JsonObject>> invalid) throws Exception {
    Answer refused = api.post(invalid.getValue().apply(Samples.order()));

    refused.assertProblem(400);
    assertThat(refused.fields()).containsExactly(invalid.getKey());
    api.assertNothingHappened();
  }

  @Test
  void allThatIsWrongIsNamedAtOnce() throws Exception {
    Answer refused =
        api.post(
            Samples.order(Samples.item().put("quantity", 0).put("sku", "")).put("currency", ""));

    assertThat(refused.fields())
        .containsExactlyInAnyOrder("/currency", "/items/0/quantity", "/items/0/sku");
  }

  @Test
  void aBodyFullOfFaultsIsAnsweredShortly() throws Exception {
    JsonObject order = Samples.order();
    IntStream.range(0, 5_000).forEach(i -> order.put("f" + i, 0));

    assertThat(api.post(order).fields()).hasSize(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "nonsense",
        "null",
        "[]",
        "7",
        "\"text\"",
        "{}{}",
        "{\"customer\":NaN}",
        "{\"customer\":\"\\ud8\"}"
      })
  void aMalformedBodyIsRefused(String body) throws Exception {
    post("application/json", Buffer.buffer(body)).assertProblem(400);
    api.assertNothingHappened();
  }

  @Test
  void aBodyThatIsNoUtf8IsRefused() throws Exception {
    Buffer latin1 =
        Buffer.buffer(
            Samples.order().put("customer", "José").encode().getBytes(StandardCharsets.ISO_8859_1));

    post("application/json", latin1).assertProblem(400);
    api.assertNothingHappened();
  }

  @Test
  void aBodyThatNestsWithoutEndIsRefused() throws Exception {
    post("application/json", Buffer.buffer("[".repeat(60_000))).assertProblem(400);
  }

  @Test
  void aBodyThatIsTooLongIsRefused() throws Exception {
    api.post(Samples.order().put("customer", "a".repeat(70_000))).assertProblem(413);
    api.assertNothingHappened();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/xml",
        "application/jsonp",
        "application/json; charset=utf-16",
        ""
      })
  void anotherContentTypeIsRefused(String type) throws Exception {
    post(type, Samples.order().toBuffer()).assertProblem(415);
    api.assertNothingHappened();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
        "Application/JSON"
      })
  void jsonInUtf8IsTakenHoweverItIsNamed(String type) throws Exception {
    post(type, Samples.order().toBuffer()).assertStatus(201);
  }

  @Test
  void aRepeatedSkuRollsBackAndIsNotAnnounced() throws Exception {
    Answer refused = api.post(Samples.order(Samples.item(), Samples.item().put("quantity", 5)));

    refused.assertProblem(422);
    assertThat(refused.fields()).containsExactly("/items/1/sku");
    api.assertNothingHappened();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "101",
        "-1",
        "x",
        "",
        "null",
        "1.5",
        "true",
        "99999999999999999999",
        "\"",
        "[]",
        "%00"
      })
  void aLimitOutOfBoundsIsRefused(String limit) throws Exception {
    Answer refused = api.get("/orders?limit=" + limit.replace("\"", "%22"));

    refused.assertProblem(400);
  }

  @Test
  void aWrongParameterIsNamed() throws Exception {
    assertThat(api.get("/orders?limit=0").fields()).containsExactly("limit");
    assertThat(api.get("/orders/0").fields()).containsExactly("id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "x", "null", "1.5", "99999999999999999999", "%22"})
  void anIdThatIsNoneIsRefused(String id) throws Exception {
    api.get("/orders/" + id).assertProblem(400);
  }

  @Test
  void aPathThatIsNoneIsRefused() throws Exception {
    assertThat(api.get("/orders/%zz").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/orders/1", "/nothing", "/orders/1/items"})
  void whatIsNotThereIsNotFound(String path) throws Exception {
    api.get(path).assertProblem(404);
  }

  @Test
  void theContractAndItsPlaceAreServed() throws Exception {
    String contract = api.get("/").json().getString("contract");

    assertThat(api.get(contract).body().toString()).startsWith("openapi: 3.1");
  }

  @Test
  void withTheDatabaseAwayAllIsUnavailableAndComesBackByItself() throws Exception {
    SERVER.stop();
    Answer refused = api.post(Samples.order());
    Answer unread = api.get("/orders");
    SERVER.start();
    Answer created = result(createdInTheEnd());

    refused.assertProblem(503);
    unread.assertProblem(503);
    assertThat(refused.header("Retry-After")).isEqualTo("5");
    assertThat(created.json().getLong("id")).isEqualTo(1);
    assertThat(api.announcement().payload()).isEqualTo(created.json());
    assertThat(api.announced()).isEmpty();
  }

  private Future<Answer> createdInTheEnd() {
    return api.request(Call.post(Samples.order()))
        .compose(
            answer ->
                answer.status() == 503
                    ? SERVER.vertx().timer(10).compose(passed -> createdInTheEnd())
                    : Future.succeededFuture(answer));
  }

  private Answer post(String type, Buffer body) throws Exception {
    return api.send(Call.of(HttpMethod.POST, "/orders").body(type, body));
  }

  private static Map.Entry<String, UnaryOperator<JsonObject>> invalid(
      String field, UnaryOperator<JsonObject> change) {
    return Map.entry(field, change);
  }

  private static UnaryOperator<JsonObject> item(String field, Object value) {
    return order -> order.put("items", new JsonArray().add(Samples.item().put(field, value)));
  }

  private static JsonObject without(JsonObject order, String field) {
    order.remove(field);
    return order;
  }
}

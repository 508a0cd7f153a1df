package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OrdersApiTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private final Queue<Message> announced = new ConcurrentLinkedQueue<>();
  private Subscription subscription;
  private HttpServer http;
  private HttpClient client;

  /** What a client sees. */
  record Answer(int status, Map<String, String> headers, Buffer body) {
    JsonObject json() {
      return body.toJsonObject();
    }

    List<String> fields() {
      return json().getJsonArray("errors", new JsonArray()).stream()
          .map(error -> ((JsonObject) error).getString("field"))
          .toList();
    }
  }

  @BeforeEach
  void listen() throws Exception {
    Vertx vertx = SERVER.vertx();
    subscription = SERVER.pubSub().subscribe("orders", announced::add);
    OrdersApi api = new OrdersApi(result(Contract.read(vertx)), SERVER.orders(), SERVER::stats);
    http =
        result(vertx.createHttpServer().requestHandler(api.router(vertx)).listen(0, "127.0.0.1"));
    client = vertx.createHttpClient();
  }

  @AfterEach
  void close() throws Exception {
    subscription.unsubscribe();
    result(client.close());
    result(http.close());
  }

  @Test
  void anOrderIsCreatedFoundAndAnnounced() throws Exception {
    Answer created = post(Samples.order());
    Answer found = get(created.headers().get("location"));

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.headers()).containsEntry("location", "/orders/1");
    assertThat(created.json().getLong("id")).isEqualTo(1);
    assertThat(created.json().getLong("total")).isEqualTo(900);
    assertThat(created.json().getJsonArray("items")).isEqualTo(new JsonArray().add(Samples.item()));
    assertThat(created.json().getString("created_at"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(found.status()).isEqualTo(200);
    assertThat(found.json()).isEqualTo(created.json());
    Message message = announcement();
    assertThat(message.event()).isEqualTo("order_created");
    assertThat(message.payload()).isEqualTo(created.json());
  }

  @Test
  void theNewestOrdersComeFirst() throws Exception {
    for (int i = 0; i < 3; i++) {
      post(Samples.order());
    }

    assertThat(ids(get("/orders"))).containsExactly(3L, 2L, 1L);
    assertThat(ids(get("/orders?limit=2"))).containsExactly(3L, 2L);
  }

  @Test
  void anOrderMayHaveAHundredItemsInItsOwnSequence() throws Exception {
    JsonObject[] items =
        IntStream.range(0, 100)
            .mapToObj(i -> Samples.item().put("sku", "sku-" + (1000 - i)))
            .toArray(JsonObject[]::new);
    Answer created = post(Samples.order(items));

    assertThat(created.status()).isEqualTo(201);
    assertThat(get("/orders/1").json().getJsonArray("items"))
        .isEqualTo(new JsonArray(List.of(items)));
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
        invalid("/items", order -> order.put("items", items(101))),
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
    Answer refused = post(invalid.getValue().apply(Samples.order()));

    assertProblem(refused, 400);
    assertThat(refused.fields()).containsExactly(invalid.getKey());
    assertNothingHappened();
  }

  @Test
  void allThatIsWrongIsNamedAtOnce() throws Exception {
    Answer refused =
        post(Samples.order(Samples.item().put("quantity", 0).put("sku", "")).put("currency", ""));

    assertThat(refused.fields())
        .containsExactlyInAnyOrder("/currency", "/items/0/quantity", "/items/0/sku");
  }

  @Test
  void aBodyFullOfFaultsIsAnsweredShortly() throws Exception {
    JsonObject order = Samples.order();
    IntStream.range(0, 5_000).forEach(i -> order.put("f" + i, 0));

    assertThat(post(order).fields()).hasSize(20);
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
    assertProblem(post("application/json", Buffer.buffer(body)), 400);
    assertNothingHappened();
  }

  @Test
  void aBodyThatIsNoUtf8IsRefused() throws Exception {
    Buffer latin1 =
        Buffer.buffer(
            Samples.order().put("customer", "José").encode().getBytes(StandardCharsets.ISO_8859_1));

    assertProblem(post("application/json", latin1), 400);
    assertNothingHappened();
  }

  @Test
  void aBodyThatNestsWithoutEndIsRefused() throws Exception {
    assertProblem(post("application/json", Buffer.buffer("[".repeat(60_000))), 400);
  }

  @Test
  void aBodyThatIsTooLongIsRefused() throws Exception {
    assertProblem(post(Samples.order().put("customer", "a".repeat(70_000))), 413);
    assertNothingHappened();
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
    assertProblem(post(type, Samples.order().toBuffer()), 415);
    assertNothingHappened();
  }

  @Test
  void aCharsetThatIsUtf8IsFine() throws Exception {
    Answer created = post("application/json; charset=UTF-8", Samples.order().toBuffer());

    assertThat(created.status()).isEqualTo(201);
  }

  @Test
  void aRepeatedSkuRollsBackAndIsNotAnnounced() throws Exception {
    Answer refused = post(Samples.order(Samples.item(), Samples.item().put("quantity", 5)));

    assertProblem(refused, 422);
    assertThat(refused.fields()).containsExactly("/items/1/sku");
    assertNothingHappened();
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
    Answer refused = get("/orders?limit=" + limit.replace("\"", "%22"));

    assertProblem(refused, 400);
  }

  @Test
  void aWrongParameterIsNamed() throws Exception {
    assertThat(get("/orders?limit=0").fields()).containsExactly("limit");
    assertThat(get("/orders/0").fields()).containsExactly("id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "x", "null", "1.5", "99999999999999999999", "%22"})
  void anIdThatIsNoneIsRefused(String id) throws Exception {
    assertProblem(get("/orders/" + id), 400);
  }

  @Test
  void aPathThatIsNoneIsRefused() throws Exception {
    assertThat(get("/orders/%zz").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/orders/1", "/nothing", "/orders/1/items"})
  void whatIsNotThereIsNotFound(String path) throws Exception {
    assertProblem(get(path), 404);
  }

  @ParameterizedTest
  @CsvSource({"DELETE, /orders, 'GET, POST'", "PUT, /orders/1, GET", "DELETE, /orders/1, GET"})
  void anotherMethodIsRefusedWithThoseThatAreFine(String method, String path, String allowed)
      throws Exception {
    Answer refused = send(HttpMethod.valueOf(method), path, "", Buffer.buffer());

    assertProblem(refused, 405);
    assertThat(refused.headers()).containsEntry("allow", allowed);
  }

  @Test
  void theContractAndItsPlaceAreServed() throws Exception {
    String contract = get("/").json().getString("contract");

    assertThat(get(contract).body().toString()).startsWith("openapi: 3.1");
  }

  @Test
  void withTheDatabaseAwayAllIsUnavailableAndComesBackByItself() throws Exception {
    SERVER.stop();
    Answer refused = post(Samples.order());
    Answer unread = get("/orders");
    SERVER.start();
    Answer created = result(createdInTheEnd());

    assertProblem(refused, 503);
    assertProblem(unread, 503);
    assertThat(refused.headers()).containsEntry("retry-after", "5");
    assertThat(created.json().getLong("id")).isEqualTo(1);
    assertThat(announcement().payload()).isEqualTo(created.json());
    assertThat(announced).isEmpty();
  }

  private Future<Answer> createdInTheEnd() {
    return request(HttpMethod.POST, "/orders", "application/json", Samples.order().toBuffer())
        .compose(
            answer ->
                answer.status() == 503
                    ? SERVER.vertx().timer(10).compose(passed -> createdInTheEnd())
                    : Future.succeededFuture(answer));
  }

  /** Announcements are delivered on an event loop: one that was to come is there in a moment. */
  private Message announcement() throws Exception {
    while (announced.isEmpty()) {
      result(SERVER.vertx().timer(1));
    }
    return announced.remove();
  }

  /** A later order is the proof: it is the first that is stored and announced. */
  private void assertNothingHappened() throws Exception {
    Answer next = post(Samples.order());

    assertThat(ids(get("/orders"))).containsExactly(next.json().getLong("id"));
    assertThat(announcement().payload()).isEqualTo(next.json());
    assertThat(announced).isEmpty();
  }

  private static void assertProblem(Answer answer, int status) {
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    assertThat(answer.json().getInteger("status")).isEqualTo(status);
    assertThat(answer.json().getString("type")).isEqualTo("about:blank");
    assertThat(answer.json().getString("title")).isNotBlank();
    assertThat(answer.body().toString()).doesNotContain("Exception", "dev.rollcall", "\\tat ");
  }

  private static List<Long> ids(Answer answer) {
    return answer.json().getJsonArray("orders").stream()
        .map(order -> ((JsonObject) order).getLong("id"))
        .toList();
  }

  private Answer post(JsonObject order) throws Exception {
    return post("application/json", order.toBuffer());
  }

  private Answer post(String type, Buffer body) throws Exception {
    return send(HttpMethod.POST, "/orders", type, body);
  }

  private Answer get(String path) throws Exception {
    return send(HttpMethod.GET, path, "", Buffer.buffer());
  }

  private Answer send(HttpMethod method, String path, String type, Buffer body) throws Exception {
    return result(request(method, path, type, body));
  }

  private Future<Answer> request(HttpMethod method, String path, String type, Buffer body) {
    return client
        .request(method, http.actualPort(), "127.0.0.1", path)
        .compose(
            request -> {
              if (!type.isEmpty()) {
                request.putHeader("Content-Type", type);
              }
              // Chained here, on the event loop: from this thread the body might pass unseen.
              return request.send(body).compose(OrdersApiTest::answer);
            });
  }

  private static Future<Answer> answer(HttpClientResponse response) {
    Map<String, String> headers =
        response.headers().entries().stream()
            .collect(
                Collectors.toMap(
                    header -> header.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
    return response.body().map(body -> new Answer(response.statusCode(), headers, body));
  }

  private static Map.Entry<String, UnaryOperator<JsonObject>> invalid(
      String field, UnaryOperator<JsonObject> change) {
    return Map.entry(field, change);
  }

  private static UnaryOperator<JsonObject> item(String field, Object value) {
    return order -> order.put("items", new JsonArray().add(Samples.item().put(field, value)));
  }

  private static JsonArray items(int count) {
    Function<Integer, JsonObject> item = i -> Samples.item().put("sku", "sku-" + i);
    return new JsonArray(IntStream.range(0, count).boxed().map(item).toList());
  }

  private static JsonObject without(JsonObject order, String field) {
    order.remove(field);
    return order;
  }
}

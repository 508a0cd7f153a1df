package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.rollcall.orders.ApiDocument.Operation;
import dev.rollcall.pubsub.Message;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Holds the service against the document that it serves: what is asked is derived from the
 * document, and what is answered must be in it.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ContractTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final long LAST_ID = 9_007_199_254_740_991L;

  /** All that is stored and announced; the settling of a test itself is no part of it. */
  private static final String STORED =
      """
      SELECT concat_ws(';',
        (SELECT string_agg(orders::text, ',' ORDER BY id) FROM orders),
        (SELECT string_agg(items::text, ',' ORDER BY order_id, position) FROM items),
        (SELECT count(*) FROM outbox_pending WHERE topic = 'orders'),
        (SELECT count(*) FROM outbox_announcements WHERE topic = 'orders'))
      """;

  @RegisterExtension final TestApi api = new TestApi(SERVER);
  @RegisterExtension final TestLog log = new TestLog();

  private final Conformance conformance = new Conformance();

  @TestFactory
  Stream<DynamicNode> everyOperationIsAsTheDocumentSays() throws Exception {
    ApiDocument document = document();
    api.post(Samples.order());
    SERVER.settle();
    Stream<DynamicNode> refused =
        document.operations().stream()
            .map(operation -> dynamicContainer(operation + " refuses", refusals(operation)));
    Stream<DynamicNode> answered =
        Stream.of(
            dynamicTest("it goes on serving, as documented", () -> serves(document)),
            dynamicTest("every documented status was seen", () -> allWasSeen(document)));
    return Stream.concat(refused, answered);
  }

  private Stream<DynamicTest> refusals(Operation operation) {
    return Stream.concat(BadParameters.of(operation).stream(), BadBodies.of(operation).stream())
        .map(bad -> dynamicTest(bad.name(), () -> assertRefused(operation, bad)));
  }

  private void assertRefused(Operation operation, BadCall bad) throws Exception {
    String before = SERVER.text(STORED);
    Answer answer = api.send(bad.call());

    conformance.check(operation, answer);
    answer.assertProblem(bad.status());
    bad.field()
        .ifPresentOrElse(
            wrong -> assertThat(answer.fields()).anyMatch(field -> field.startsWith(wrong)),
            () -> assertThat(answer.fields()).isEmpty());
    assertThat(SERVER.text(STORED)).isEqualTo(before);
  }

  /** By now the service has seen all that is bad. */
  private void serves(ApiDocument document) throws Exception {
    assertThat(api.announced()).as("announced by what was refused").hasSize(1);
    assertThat(log.warnings()).as("the fault of who asked").isEmpty();
    answers(document, "getOrder", 200, Call.get("/orders/1"));
    answers(document, "getOrder", 404, Call.get("/orders/" + LAST_ID));
    answers(document, "changeStatus", 200, document.operation("changeStatus").example());
    answers(document, "changeStatus", 409, Call.status(1, "delivered"));
    answers(document, "changeStatus", 404, Call.status(LAST_ID, "paid"));
    answers(document, "createOrder", 201, document.operation("createOrder").example());
    answers(document, "createOrder", 422, Call.post(Samples.order().put("items", twice())));
    answers(document, "listOrders", 200, Call.get("/orders"));
    SERVER.settle();
    answers(document, "getStats", 200, Call.get("/stats"));
  }

  private static List<JsonObject> twice() {
    return List.of(Samples.item(), Samples.item());
  }

  private void answers(ApiDocument document, String operation, int status, Call call)
      throws Exception {
    Answer answer = api.send(call).assertStatus(status);
    conformance.check(document.operation(operation), answer);
  }

  /** With the database away, for 503, OrdersApiTest asks. */
  private void allWasSeen(ApiDocument document) {
    Set<String> without =
        document.operations().stream()
            .map(operation -> operation + " 503")
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(conformance.missing(document)).isEqualTo(without);
  }

  @TestFactory
  Stream<DynamicTest> whatTheDocumentTakesIsAcceptedAndComesBackAsItWentIn() throws Exception {
    Operation create = document().operation("createOrder");
    JsonObject example = create.body().orElseThrow().example();
    return Place.of(create.body().orElseThrow().schema()).stream()
        .flatMap(
            place ->
                SchemaValues.taken(place.schema()).stream()
                    .map(Refused::value)
                    .map(
                        value ->
                            dynamicTest(
                                place.pointer() + " = " + value,
                                () -> comesBack(create, place, value, example))));
  }

  private void comesBack(Operation create, Place place, Refused value, JsonObject example)
      throws Exception {
    Answer created = api.send(create.example().json(place.write(example, value.json())));
    Answer found = api.get(created.assertStatus(201).header("Location"));
    Message announced = api.announcement();

    conformance.check(create, created);
    JsonObject sent = place.write(example, value.json()).toJsonObject();
    assertThat(place.read(created.json())).isEqualTo(place.read(sent));
    assertThat(found.body()).isEqualTo(created.body());
    assertThat(announced.payload()).isEqualTo(created.json());
  }

  @TestFactory
  Stream<DynamicTest> parametersAtTheirBoundsAreAccepted() throws Exception {
    api.post(Samples.order());
    return document().operations().stream()
        .flatMap(
            operation ->
                operation.parameters().stream()
                    .filter(parameter -> parameter.schema().getString("type").equals("integer"))
                    .flatMap(
                        parameter ->
                            SchemaValues.taken(parameter.schema()).stream()
                                .map(
                                    value ->
                                        dynamicTest(
                                            operation + " " + parameter.name() + " = " + value,
                                            () ->
                                                assertTaken(operation, parameter.name(), value)))));
  }

  private void assertTaken(Operation operation, String name, String value) throws Exception {
    String path = operation.path().replace("{" + name + "}", value);
    Answer answer =
        api.send(
            operation
                .example()
                .to(path.equals(operation.path()) ? path + "?" + name + "=" + value : path));

    conformance.check(operation, answer);
    assertThat(answer.status()).as(answer.body().toString()).isIn(200, 404);
  }

  @Test
  void ordersOfTheLargestSizeComeBackAsTheyWentIn() throws Exception {
    JsonObject largest =
        Samples.order()
            .put("customer", "\ud83d\udc26".repeat(100))
            .put("items", Samples.items(100));
    Answer created = api.post(largest).assertStatus(201);

    conformance.check(document().operation("createOrder"), created);
    assertThat(created.json().getJsonArray("items")).isEqualTo(largest.getJsonArray("items"));
    assertThat(created.json().getString("customer")).isEqualTo(largest.getString("customer"));
    assertThat(api.announcement().payload()).isEqualTo(created.json());
  }

  /** That the rule by which answers are judged can be broken. */
  @TestFactory
  Stream<DynamicTest> anAnswerThatIsNotAsTheDocumentSaysIsSeen() throws Exception {
    Operation get = document().operation("getOrder");
    api.post(Samples.order());
    Answer good = api.get("/orders/1");
    conformance.check(get, good);
    JsonObject order = good.json();
    return Stream.of(
            new Answer(202, good.headers(), good.body()),
            new Answer(404, good.headers(), good.body()),
            new Answer(200, MultiMap.caseInsensitiveMultiMap(), good.body()),
            with(good, order.copy().put("total", "900")),
            with(good, order.copy().put("total", 9.5)),
            with(good, order.copy().putNull("total")),
            with(good, order.copy().put("surprise", 1)),
            with(good, order.copy().put("status", "lost")),
            with(good, order.copy().put("created_at", "yesterday")),
            with(good, new JsonObject()))
        .map(
            wrong ->
                dynamicTest(
                    wrong.status() + " " + wrong.body(),
                    () ->
                        assertThatThrownBy(() -> conformance.check(get, wrong))
                            .isInstanceOf(AssertionError.class)));
  }

  private static Answer with(Answer answer, JsonObject body) {
    return new Answer(answer.status(), answer.headers(), Buffer.buffer(body.encode()));
  }

  private ApiDocument document() throws Exception {
    return ApiDocument.parse(result(api.request(Call.get("/openapi.yaml"))).body());
  }
}

package dev.rollcall.orders;

import static dev.rollcall.orders.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The header Idempotency-Key. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OrdersApiKeysTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  @RegisterExtension final TestApi api = new TestApi(SERVER);

  @Test
  void theSameKeyAndBodyGetTheSameAnswerWhateverHasBecomeOfTheOrder() throws Exception {
    Answer first = create(Samples.order(), "k-1").assertStatus(201);
    api.send(Call.status(first.id(), "paid")).assertStatus(200);
    Answer second = create(Samples.order(), "k-1").assertStatus(201);

    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.header("Location")).isEqualTo(first.header("Location"));
    assertThat(api.get("/orders").ids()).containsExactly(first.id());
    assertThat(api.announced())
        .extracting(Message::event)
        .containsExactly("order_created", "order_status_changed");
  }

  @Test
  void theSameOrderInOtherWordsIsTheSameBody() throws Exception {
    Answer first = create(Samples.order(), "k-1").assertStatus(201);
    Buffer other =
        Buffer.buffer(
            """
            {"items": [{"unit_price": 4.5e2, "sku": "tea-\\u0030\\u0031", "quantity": 2.0}],
             "currency": "EUR", "customer": "Ana"}
            """);
    Answer second = api.send(Call.post(Samples.order()).json(other).withKey("k-1"));

    assertThat(second.assertStatus(201).body()).isEqualTo(first.body());
    assertThat(SERVER.count("orders")).isEqualTo(1);
  }

  @Test
  void anotherBodyUnderTheSameKeyIsRefusedAndLeavesNothing() throws Exception {
    Answer first = create(Samples.order(), "k-1").assertStatus(201);
    Answer other = create(Samples.order().put("customer", "Bob"), "k-1");

    other.assertProblem(422);
    assertThat(other.json().getString("title")).isEqualTo("Key reused");
    assertThat(api.get("/orders").ids()).containsExactly(first.id());
    assertThat(api.announced()).hasSize(1);
  }

  @Test
  void requestsWithoutAKeyAreEachTheirOwn() throws Exception {
    Answer first = api.post(Samples.order());

    assertThat(api.post(Samples.order()).id()).isNotEqualTo(first.id());
  }

  @Test
  void theKeyOfWhatWasRefusedIsFree() throws Exception {
    create(Samples.order(Samples.item(), Samples.item()), "k-1").assertStatus(422);
    create(Samples.order().put("customer", ""), "k-1").assertStatus(400);

    create(Samples.order(), "k-1").assertStatus(201);
  }

  @Test
  void manyAtOnceWithOneKeyAreOneOrderAndGetOneAnswer() throws Exception {
    List<Future<Answer>> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(api.request(Call.post(Samples.order()).withKey("k-1")));
    }
    result(Future.all(all));

    Buffer first = all.get(0).result().assertStatus(201).body();
    assertThat(all).allSatisfy(each -> assertThat(each.result().body()).isEqualTo(first));
    assertThat(SERVER.count("orders")).isEqualTo(1);
    assertThat(api.announced()).hasSize(1);
  }

  @Test
  void ofManyBodiesAtOnceUnderOneKeyOneIsCreated() throws Exception {
    List<Future<Answer>> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      JsonObject order = Samples.order().put("customer", "customer " + i);
      all.add(api.request(Call.post(order).withKey("k-1")));
    }
    result(Future.all(all));

    assertThat(all).filteredOn(each -> each.result().status() == 201).hasSize(1);
    assertThat(all).filteredOn(each -> each.result().status() == 422).hasSize(29);
    assertThat(api.announced()).hasSize(1);
  }

  static List<String> keys() {
    String printable =
        IntStream.rangeClosed(0x21, 0x7e)
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    return List.of(
        "k",
        "k".repeat(255),
        printable,
        "7",
        "7.0",
        "-0",
        "1e400",
        "null",
        "true",
        "\"quoted\"",
        "\"open",
        "{\"a\":1}",
        "[1]",
        "50%",
        "%41",
        "a+b",
        "a\\u0041");
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKeyIsTakenAsItIsWritten(String key) throws Exception {
    Answer first = create(Samples.order(), key).assertStatus(201);

    assertThat(create(Samples.order(), key).assertStatus(201).id()).isEqualTo(first.id());
    assertThat(storedKeys()).isEqualTo(key);
  }

  @Test
  void keysThatOnlyResembleEachOtherAreDifferent() throws Exception {
    List<String> keys = List.of("A", "a", "\"A\"", "%41", "A,A");
    for (String key : keys) {
      create(Samples.order(), key).assertStatus(201);
    }

    assertThat(SERVER.count("orders")).isEqualTo(keys.size());
  }

  static List<String> badKeys() {
    return List.of("", " ", "k".repeat(256), "\"" + "k".repeat(255) + "\"", "ké", "a b", "a\tb");
  }

  @ParameterizedTest
  @MethodSource("badKeys")
  void aKeyThatIsNoneIsRefusedAndNamed(String key) throws Exception {
    Answer refused = create(Samples.order(), key);

    refused.assertProblem(400);
    assertThat(refused.fields()).containsExactly("Idempotency-Key");
    api.assertNothingHappened();
  }

  @ParameterizedTest
  @ValueSource(strings = {"k-1", "k-2"})
  void twoKeysAtOnceAreRefusedEvenWhenTheyAreTheSame(String other) throws Exception {
    Answer refused = api.send(Call.post(Samples.order()).withKey("k-1").withKey(other));

    refused.assertProblem(400);
    assertThat(refused.fields()).containsExactly("Idempotency-Key");
    api.assertNothingHappened();
  }

  private Answer create(JsonObject order, String key) throws Exception {
    return api.send(Call.post(order).withKey(key));
  }

  private static String storedKeys() throws Exception {
    return SERVER.text("SELECT string_agg(idempotency_key, ' ') FROM orders");
  }
}

package dev.rollcall.bridge;

import static dev.rollcall.bridge.ContractClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.bridge.BridgeUnderTest.Implementation;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a client of the event-bus bridge protocol may rely on, whoever serves it and however its
 * frames travel: Vert.x's own bridge and ours pass the same tests.
 */
@Timeout(30)
@ParameterizedClass(name = "{0} over {1}")
@MethodSource("ways")
class BridgeContractTest {
  private static final String TOPIC = "room:lobby";

  private static final Map<Implementation, BridgeUnderTest> bridges =
      new EnumMap<>(Implementation.class);

  private final List<ContractClient> clients = new ArrayList<>();
  private final BridgeUnderTest bridge;
  private final Transport transport;
  private ContractServices services;

  BridgeContractTest(Implementation implementation, Transport transport) {
    this.bridge = bridges.computeIfAbsent(implementation, Implementation::start);
    this.transport = transport;
  }

  static Stream<Arguments> ways() {
    return Arrays.stream(Implementation.values())
        .flatMap(
            implementation ->
                Arrays.stream(Transport.values())
                    .map(transport -> Arguments.of(implementation, transport)));
  }

  @BeforeEach
  void startServices() {
    services = new ContractServices(bridge.vertx().eventBus());
  }

  @AfterEach
  void closeClients() {
    clients.forEach(ContractClient::close);
    services.stop();
  }

  @AfterAll
  static void closeBridges() {
    bridges.values().forEach(BridgeUnderTest::close);
    bridges.clear();
  }

  private ContractClient client() {
    ContractClient client = new ContractClient(bridge, transport);
    clients.add(client);
    return client;
  }

  @Test
  void whoHasRegisteredIsToldWhatIsBroadcast() throws Exception {
    ContractClient ana = client().register(TOPIC).settled();
    bridge.broadcast("room:attic", "said", text("to another room"));
    bridge.broadcast(TOPIC, "said", text("hi \"Ana\""));
    assertThat(ana.next()).isEqualTo(said("hi \"Ana\""));
    ana.settled();
  }

  @Test
  void whoHasUnregisteredIsToldNoMore() throws Exception {
    ContractClient ana = client().register(TOPIC).settled();
    ana.unregister(TOPIC).settled();
    bridge.broadcast(TOPIC, "said", text("too late"));
    ana.settled();
    ana.register(TOPIC).settled();
    bridge.broadcast(TOPIC, "said", text("again"));
    assertThat(ana.next()).isEqualTo(said("again"));
  }

  @Test
  void everyConnectionIsToldThatHasRegistered() throws Exception {
    ContractClient ana = client().register(TOPIC).settled();
    ContractClient bob = client().register(TOPIC).settled();
    bridge.broadcast(TOPIC, "said", text("to both"));
    assertThat(ana.next()).isEqualTo(said("to both"));
    assertThat(bob.next()).isEqualTo(said("to both"));
    ana.close();
    bridge.broadcast(TOPIC, "said", text("to Bob"));
    assertThat(bob.next()).isEqualTo(said("to Bob"));
  }

  @Test
  void broadcastsComeInTheirOrder() throws Exception {
    ContractClient ana = client().register(TOPIC).settled();
    for (int i = 0; i < 50; i++) {
      bridge.broadcast(TOPIC, "said", text("no. " + i));
    }
    for (int i = 0; i < 50; i++) {
      assertThat(ana.next()).isEqualTo(said("no. " + i));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"b\":[1,2.5,true,null]}}",
        "[\"a\",{}]",
        "\"text\"",
        "\"\"",
        "7",
        "-2.5",
        "false",
        "null",
        "\"\\\" \\\\ \\u0000 \\u001f \\n \\u007f \\u2028 \\ufffe é 漢 \\ud83d\\ude00\"",
      })
  void aBodyGoesToAServiceAndComesBackAsItWas(String body) throws Exception {
    JsonObject answer = client().ask("echo", Json.decodeValue(body));
    assertThat(answer)
        .isEqualTo(new JsonObject().put("type", "rec").put("body", Json.decodeValue(body)));
  }

  @Test
  void aBodyThatIsLeftOutIsNull() throws Exception {
    ContractClient ana = client().say(frame("send", "echo").put("replyAddress", "r1"));
    assertThat(ana.next()).isEqualTo(frame("rec", "r1").putNull("body"));
  }

  @Test
  void eachReplyComesToTheAddressThatItsSendNamed() throws Exception {
    ContractClient ana = client();
    String uuid = "c0ffee00-0000-4000-8000-000000000001";
    ana.say(
        frame("send", "echo").put("replyAddress", uuid).put("body", 1),
        frame("send", "echo").put("replyAddress", "r2").put("body", 2));
    assertThat(List.of(ana.next(), ana.next()))
        .containsExactlyInAnyOrder(
            frame("rec", uuid).put("body", 1), frame("rec", "r2").put("body", 2));
  }

  @Test
  void theHeadersOfAReplyComeWithIt() throws Exception {
    assertThat(client().ask("stamp", "letter").getJsonObject("headers"))
        .isEqualTo(
            new JsonObject()
                .put("stamp", "seen")
                .put("by", new JsonArray().add("first").add("second")));
  }

  @Test
  void theHeadersOfASendReachItsServiceAsText() throws Exception {
    ContractClient ana = client();
    JsonObject headers = new JsonObject().put("lang", "pt").put("Version", 7).put("flag", true);
    ana.say(frame("send", "headers").put("headers", headers).put("replyAddress", "r1"));
    assertThat(ana.next().getJsonObject("body"))
        .contains(Map.entry("lang", "pt"), Map.entry("Version", "7"), Map.entry("flag", "true"));
  }

  @Test
  void aSendWithoutAReplyAddressReachesOneServiceAndIsNotAnswered() throws Exception {
    ContractClient ana = client();
    JsonObject headers = new JsonObject().put("lang", "pt");
    ana.say(frame("send", "heard").put("headers", headers).put("body", text("once"))).settled();
    Message<Object> message = services.heard();
    assertThat(message.body()).isEqualTo(text("once"));
    assertThat(message.headers().get("lang")).isEqualTo("pt");
    services.heardNoMore();
  }

  @Test
  void aSendWithoutAReplyAddressThatFailsIsNotAnswered() throws Exception {
    client().say(frame("send", "nobody"), frame("send", "refuse")).settled();
  }

  @Test
  void aPublishReachesAllConsumersOfItsAddress() throws Exception {
    ContractClient ana = client();
    JsonObject headers = new JsonObject().put("lang", "pt");
    ana.say(frame("publish", "heard").put("headers", headers).put("body", text("twice"))).settled();
    for (int consumer = 0; consumer < 2; consumer++) {
      Message<Object> message = services.heard();
      assertThat(message.body()).isEqualTo(text("twice"));
      assertThat(message.headers().get("lang")).isEqualTo("pt");
    }
    services.heardNoMore();
  }

  @Test
  void aPublishThatReachesNobodyIsNotAnswered() throws Exception {
    client().say(frame("publish", "nobody").put("body", "anybody?")).settled();
  }

  @Test
  void whatAServiceFailsWithComesBack() throws Exception {
    assertThat(client().ask("refuse", "please"))
        .isEqualTo(
            new JsonObject()
                .put("type", "err")
                .put("failureCode", 409)
                .put("failureType", "RECIPIENT_FAILURE")
                .put("message", "not_now"));
  }

  @Test
  void aSendThatNobodyListensToFails() throws Exception {
    JsonObject error = client().ask("nobody", "hello?");
    assertThat(error.getString("type")).isEqualTo("err");
    assertThat(error.getString("failureType")).isEqualTo("NO_HANDLERS");
    assertThat(error.getInteger("failureCode")).isEqualTo(bridge.unreachedCode());
    assertThat(error.getString("message")).isNotBlank();
  }

  @Test
  void aServiceMayAskBack() throws Exception {
    ContractClient ana = client();
    JsonObject question = ana.ask("dialogue", "let me in");
    assertThat(question.getString("body")).isEqualTo("who are you?");
    JsonObject welcome = ana.ask(question.getString("replyAddress"), "Ana");
    assertThat(welcome.getString("body")).isEqualTo("hello Ana");
    assertThat(services.heard().body()).isEqualTo("Ana");
  }

  @Test
  void anAnswerToAServiceMayHaveHeadersAndNeedsNoReply() throws Exception {
    ContractClient ana = client();
    String replyAddress = ana.ask("dialogue", "let me in").getString("replyAddress");
    JsonObject headers = new JsonObject().put("lang", "pt");
    ana.say(frame("send", replyAddress).put("headers", headers).put("body", "Ana")).settled();
    Message<Object> answer = services.heard();
    assertThat(answer.body()).isEqualTo("Ana");
    assertThat(answer.headers().get("lang")).isEqualTo("pt");
  }

  @Test
  void aServiceIsAnsweredOnce() throws Exception {
    ContractClient ana = client();
    String replyAddress = ana.ask("dialogue", "let me in").getString("replyAddress");
    ana.ask(replyAddress, "Ana");
    ana.say(frame("send", replyAddress).put("body", "Bob"));
    assertThat(ana.next()).isEqualTo(error("access_denied"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense|invalid_json",
        "{\"type\":\"ping\"|invalid_json",
        "[1]|invalid_json",
        "7|invalid_json",
        "{}|missing_type",
        "{\"type\":null}|missing_type",
        "{\"type\":\"dance\",\"address\":\"echo\"}|invalid_type",
        "{\"type\":\"register\"}|missing_address",
        "{\"type\":\"unregister\"}|missing_address",
        "{\"type\":\"send\",\"body\":{}}|missing_address",
        "{\"type\":\"publish\",\"address\":null}|missing_address",
        "{\"type\":\"register\",\"address\":\"echo\"}|access_denied",
        "{\"type\":\"unregister\",\"address\":\"echo\"}|access_denied",
        "{\"type\":\"send\",\"address\":\"secret\",\"body\":{}}|access_denied",
        "{\"type\":\"send\",\"address\":\"room:lobby\",\"body\":{}}|access_denied",
        "{\"type\":\"publish\",\"address\":\"secret\",\"body\":{}}|access_denied",
        "{\"type\":\"publish\",\"address\":\"room:lobby\",\"body\":{}}|access_denied",
      })
  void aFrameThatCannotBeFollowedIsAnsweredByACodeAndTheConnectionLivesOn(String text, String code)
      throws Exception {
    ContractClient ana = client().say(text);
    assertThat(ana.next()).isEqualTo(error(code));
    ana.settled();
    services.heardNoMore();
  }

  @Test
  void anAddressIsNotRegisteredTwiceOnOneConnection() throws Exception {
    ContractClient ana = client().register(TOPIC).register(TOPIC);
    assertThat(ana.next()).isEqualTo(error("address_already_registered"));
    bridge.broadcast(TOPIC, "said", text("once"));
    assertThat(ana.next()).isEqualTo(said("once"));
    ana.settled();
  }

  @Test
  void unregisteringWhatIsNotRegisteredIsIgnored() throws Exception {
    ContractClient ana = client().unregister(TOPIC).settled();
    ana.register(TOPIC).unregister(TOPIC).unregister(TOPIC).settled();
  }

  @Test
  void theAddressesOfAConnectionAreLimited() throws Exception {
    ContractClient ana = client();
    for (int i = 1; i < bridge.maxHandlers(); i++) {
      ana.register("room:" + i);
    }
    ana.settled();
    ana.register("room:last").register("room:one-too-many");
    assertThat(ana.next()).isEqualTo(error("max_handlers_reached"));
    ana.unregister("room:last").settled();
  }

  @Test
  void anAddressTooLongIsRefused() throws Exception {
    ContractClient ana = client().register("room:" + "x".repeat(1_000));
    assertThat(ana.next()).isEqualTo(error("max_address_length_reached"));
    ana.settled();
  }

  @Test
  void aReplyAddressTooLongIsRefused() throws Exception {
    ContractClient ana =
        client().say(frame("send", "heard").put("replyAddress", "r".repeat(37)).put("body", 1));
    assertThat(ana.next()).isEqualTo(error("invalid_reply_address"));
    ana.settled();
    services.heardNoMore();
  }

  @Test
  void aPingIsNotAnswered() throws Exception {
    client().say(new JsonObject().put("type", "ping")).settled();
  }

  @Test
  void severalFramesSentAtOnceAreFollowedInTheirOrder() throws Exception {
    ContractClient ana = client();
    ana.say(
        new JsonObject().put("type", "ping"),
        frame("register", TOPIC),
        frame("register", TOPIC),
        frame("register", "echo"),
        frame("unregister", TOPIC));
    assertThat(ana.next()).isEqualTo(error("address_already_registered"));
    assertThat(ana.next()).isEqualTo(error("access_denied"));
    bridge.broadcast(TOPIC, "said", text("too late"));
    ana.settled();
  }

  private static JsonObject said(String text) {
    return frame("rec", TOPIC)
        .put("body", new JsonObject().put("event", "said").put("payload", text(text)));
  }

  private static JsonObject error(String code) {
    return new JsonObject().put("type", "err").put("body", code);
  }

  private static JsonObject text(String text) {
    return new JsonObject().put("text", text);
  }
}

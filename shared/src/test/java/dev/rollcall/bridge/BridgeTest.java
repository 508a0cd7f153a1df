package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.node.Node;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real node, a real server, and clients that mean well or not. */
class BridgeTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static TestNodes.Served served;
  private static Node node;

  @BeforeAll
  static void start() throws IOException {
    served =
        TestNodes.start(
            Map.of("ROLLCALL_ALLOWED_ORIGINS", "https://friend.example"), BridgeTest::routes);
    node = served.node();
  }

  @AfterAll
  static void stop() {
    served.close();
  }

  private static void routes(Node node, Router router) {
    EventBus bus = node.vertx().eventBus();
    bus.<JsonObject>consumer("echo", message -> message.reply(echo(message)));
    bus.consumer("refuse", message -> message.fail(409, "not_now"));
    bus.consumer("secret", message -> message.reply("leaked"));
    Bridge.on(node)
        .topic("room:*", TopicPolicy.everyone())
        .topic("mine:ana", TopicPolicy.allow((user, topic) -> user.name().equals("ana")))
        .send("echo")
        .send("refuse")
        .send("nobody")
        .mount(router);
  }

  private static JsonObject echo(Message<JsonObject> message) {
    return new JsonObject().put("user", message.headers().get("user")).put("got", message.body());
  }

  private static TestClient client(String user) {
    return TestClient.of(served, user);
  }

  private static TestClient connect(Map<String, String> headers) {
    return TestClient.connect(served, headers);
  }

  @Test
  void whoHasRegisteredHearsWhatIsBroadcastToThatTopicAlone() {
    TestClient ana = client("ana").say(frame("register", "room:lobby"));
    ana.settled();
    node.pubSub().broadcast("room:attic", "said", new JsonObject().put("text", "not for Ana"));
    node.pubSub().broadcast("room:lobby", "said", new JsonObject().put("text", "hi \"Ana\""));
    assertThat(ana.next())
        .isEqualTo(
            new JsonObject()
                .put("type", "rec")
                .put("address", "room:lobby")
                .put(
                    "body",
                    new JsonObject()
                        .put("event", "said")
                        .put("payload", new JsonObject().put("text", "hi \"Ana\""))));
    ana.say(frame("unregister", "room:lobby"));
    ana.settled();
    node.pubSub().broadcast("room:lobby", "said", new JsonObject().put("text", "too late"));
    ana.settled();
  }

  @Test
  void aSendIsAnsweredAndItsServiceKnowsWhoSent() {
    TestClient ana =
        client("ana")
            .say(
                "{\"type\":\"send\",\"address\":\"echo\",\"replyAddress\":\"r1\",\"headers\":{\"user\":\"root\"},\"body\":{\"a\":1}}");
    JsonObject body = ana.next().getJsonObject("body");
    assertThat(body.getString("user")).isEqualTo("ana");
    assertThat(body.getJsonObject("got").getInteger("a")).isOne();
  }

  @ParameterizedTest
  @CsvSource({"refuse,409,not_now", "secret,403,access_denied", "nobody,503,unavailable"})
  void aSendThatFailsSaysWhy(String address, int code, String message) {
    TestClient ana =
        client("ana")
            .say(
                "{\"type\":\"send\",\"address\":\""
                    + address
                    + "\",\"replyAddress\":\"r1\",\"body\":{}}");
    JsonObject error = ana.next();
    assertThat(error.getString("type")).isEqualTo("err");
    assertThat(error.getString("address")).isEqualTo("r1");
    assertThat(error.getInteger("failureCode")).isEqualTo(code);
    assertThat(error.getString("message")).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense|invalid_json",
        "[1]|invalid_json",
        "{}|missing_type",
        "{\"type\":7}|missing_type",
        "{\"type\":\"dance\",\"address\":\"a\"}|invalid_type",
        "{\"type\":\"register\"}|missing_address",
        "{\"type\":\"register\",\"address\":[]}|missing_address",
        "{\"type\":\"register\",\"address\":\"orders\"}|access_denied",
        "{\"type\":\"register\",\"address\":\"mine:ana\"}|access_denied",
        "{\"type\":\"publish\",\"address\":\"room:lobby\",\"body\":{}}|access_denied",
        "{\"type\":\"send\",\"address\":\"secret\",\"body\":{}}|access_denied",
        "{\"type\":\"unregister\",\"address\":\"orders\"}|access_denied",
        "{\"type\":\"send\",\"address\":\"echo\",\"replyAddress\":7}|invalid_reply_address",
      })
  void aFrameThatCannotBeFollowedIsAnsweredByACodeAndTheSocketLivesOn(String frame, String code) {
    TestClient bob = client("bob").say(frame);
    assertThat(bob.next()).isEqualTo(new JsonObject().put("type", "err").put("body", code));
    bob.settled();
  }

  @Test
  void aMessageTooLongIsRefusedAndTheSocketLivesOn() {
    TestClient bob = client("bob").say("x".repeat(Limits.MAX_FRAME_BYTES + 1));
    assertThat(bob.next().getString("body")).isEqualTo("message_too_long");
    bob.say(frame("register", "a".repeat(300)));
    assertThat(bob.next().getString("body")).isEqualTo("max_address_length_reached");
    bob.settled();
  }

  @Test
  void topicsPerSocketAreLimitedAndNoneIsTakenTwice() {
    TestClient bob = client("bob").say(frame("register", "room:0"));
    bob.say(frame("register", "room:0"));
    assertThat(bob.next().getString("body")).isEqualTo("address_already_registered");
    for (int i = 1; i <= 100; i++) {
      bob.say(frame("register", "room:" + i));
    }
    assertThat(bob.next().getString("body")).isEqualTo("max_handlers_reached");
    bob.settled();
  }

  @Test
  void aFloodIsRefusedByACode() {
    TestClient bob = client("bob");
    for (int i = 0; i < 600; i++) {
      bob.say("{\"type\":\"ping\"}");
    }
    assertThat(bob.next().getString("body")).isEqualTo("rate_limited");
  }

  @Test
  void withoutAGoodTokenThereIsNoConnection() {
    assertRefused(Map.of(), 401);
    assertRefused(Map.of("Cookie", "rollcall_token=nonsense"), 401);
    assertRefused(
        bearer(TestNodes.token(node, "ana", "another-secret-that-is-as-long-as-it-gets", 60)), 401);
    assertRefused(bearer(token("ana", -60)), 401);
    assertRefused(bearer(token("", 60)), 401);
    connect(bearer(token("ana", 60))).settled();
  }

  @Test
  void aForeignOriginIsRefusedOnEveryTransport() {
    Map<String, String> foreign = new HashMap<>(bearer(token("ana", 60)));
    foreign.put("Origin", "https://evil.example");
    assertRefused(foreign, 403);
    foreign.put("Origin", "https://friend.example");
    connect(foreign).settled();
    foreign.put("Origin", "http://127.0.0.1:" + served.port());
    connect(foreign).settled();
    assertThat(get("/eventbus/info", Map.of("Origin", "https://evil.example"))).isEqualTo(403);
    assertThat(get("/eventbus/info", bearer(token("ana", 60)))).isEqualTo(200);
  }

  /** A page asks this to learn whether its token is still good. */
  @Test
  void whoWasKickedIsNobodyWhereItIsAskedWhoTheyAre() {
    Map<String, String> carl = bearer(token("carl", 60));
    assertThat(get("/me", carl)).isEqualTo(200);
    TestNodes.await(node.access().kick("carl"));
    assertThat(get("/me", carl)).isEqualTo(401);
  }

  @Test
  void aMalformedPathIsRefusedAsAProblem() throws IOException {
    String refused;
    try (RawClient client = RawClient.connect(served.port())) {
      Map<String, String> headers = Map.of("Host", "a", "Connection", "close");
      refused = client.write(RawClient.request("GET /rollcall/%zz", headers)).rest();
    }
    assertThat(refused)
        .startsWith("HTTP/1.1 400 ")
        .containsIgnoringCase("content-type: application/problem+json")
        .contains("\"status\":400");
  }

  @Test
  void aClosedConnectionLeavesNoSubscription() throws InterruptedException {
    int before = node.pubSub().subscriberCount();
    TestClient ana = client("ana").say(frame("register", "room:left"));
    ana.settled();
    assertThat(node.pubSub().topics()).contains("room:left");
    TestNodes.await(ana.socket().close());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (node.pubSub().topics().contains("room:left") && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(node.pubSub().topics()).doesNotContain("room:left");
    assertThat(node.pubSub().subscriberCount()).isLessThanOrEqualTo(before);
  }

  @Test
  void theFallbackOfSockJsCarriesFramesOfItsOwnUserAlone() {
    String session = "/eventbus/000/session" + System.nanoTime();
    Map<String, String> ana = bearer(token("ana", 60));
    assertThat(post(session + "/xhr", ana, "")).isEqualTo("200 o\n");
    String echo =
        "[\"{\\\"type\\\":\\\"send\\\",\\\"address\\\":\\\"echo\\\",\\\"replyAddress\\\":\\\"r1\\\",\\\"body\\\":{}}\"]";
    assertThat(post(session + "/xhr_send", bearer(token("bob", 60)), echo)).startsWith("403");
    assertThat(post(session + "/xhr_send", ana, echo)).startsWith("204");
    assertThat(post(session + "/xhr", ana, "")).startsWith("200 a[").contains("ana");
  }

  private static String post(String path, Map<String, String> headers, String body) {
    HttpResponse<String> answer = send("POST", path, headers, body);
    return answer.statusCode() + " " + answer.body();
  }

  private static HttpResponse<String> send(
      String method, String path, Map<String, String> headers, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + served.port() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException fault) {
      throw new AssertionError(fault);
    }
  }

  private static void assertRefused(Map<String, String> headers, int status) {
    assertThatThrownBy(() -> connect(headers))
        .rootCause()
        .isInstanceOfSatisfying(
            UpgradeRejectedException.class,
            refused -> assertThat(refused.getStatus()).isEqualTo(status));
  }

  private static int get(String path, Map<String, String> headers) {
    return send("GET", path, headers, "").statusCode();
  }

  private static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  private static String token(String user, int seconds) {
    return TestNodes.token(node, user, seconds);
  }

  private static String frame(String type, String address) {
    return new JsonObject().put("type", type).put("address", address).encode();
  }
}

package dev.rollcall.bridge;

import static dev.rollcall.bridge.ContractClient.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.bridge.BridgeUnderTest.Implementation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What SockJS's client asks for besides the frames themselves, of Vert.x's bridge and of ours. */
@Timeout(30)
@ParameterizedClass
@EnumSource(Implementation.class)
class SockJsContractTest {
  private static final Map<Implementation, BridgeUnderTest> bridges =
      new EnumMap<>(Implementation.class);

  private final String session = "/eventbus/000/" + UUID.randomUUID();
  private final BridgeUnderTest bridge;
  private final HttpClient http;
  private final WebSocketClient sockets;
  private ContractServices services;

  SockJsContractTest(Implementation implementation) {
    bridge = bridges.computeIfAbsent(implementation, Implementation::start);
    http = bridge.vertx().createHttpClient(new HttpClientOptions().setKeepAlive(false));
    sockets = bridge.vertx().createWebSocketClient();
  }

  @BeforeEach
  void startServices() {
    services = new ContractServices(bridge.vertx().eventBus());
  }

  @AfterEach
  void closeClients() {
    http.close().await();
    sockets.close().await();
    services.stop();
  }

  @AfterAll
  static void closeBridges() {
    bridges.values().forEach(BridgeUnderTest::close);
    bridges.clear();
  }

  /** What a client sees of a response. */
  private record Seen(int status, String contentType, String body) {
    static Seen of(HttpClientResponse response, Buffer body) {
      return new Seen(response.statusCode(), response.getHeader("Content-Type"), body.toString());
    }
  }

  @Test
  void theInfoSaysThatWebSocketsAreSpoken() {
    Seen info = get("/eventbus/info");
    assertThat(info.status()).isEqualTo(200);
    assertThat(info.contentType()).startsWith("application/json");
    JsonObject said = new JsonObject(info.body());
    assertThat(said.getBoolean("websocket")).isTrue();
    assertThat(said.getValue("cookie_needed")).isInstanceOf(Boolean.class);
    assertThat(said.getJsonArray("origins")).isEqualTo(new JsonArray().add("*:*"));
    assertThat(said.getLong("entropy")).isBetween(0L, (1L << 32) - 1);
    assertThat(get("/eventbus/info").body()).as("of other entropy").isNotEqualTo(info.body());
  }

  @Test
  void thereIsAGreeting() {
    Seen greeting = get("/eventbus/");
    assertThat(greeting.status()).isEqualTo(200);
    assertThat(greeting.contentType()).startsWith("text/plain");
    assertThat(greeting.body()).isEqualTo("Welcome to SockJS!\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/eventbus/websocket", "/eventbus/000/session/websocket"})
  void aWebSocketIsNotToBeHadWithoutAnUpgrade(String path) {
    assertThat(get(path).status()).isEqualTo(400);
  }

  @Test
  void aPollOpensTheSessionAndTheNextBringsWhatWasSaid() {
    assertThat(poll().body()).isEqualTo("o\n");
    Seen taken = send("[\"nonsense\"]");
    assertThat(taken.status()).isEqualTo(204);
    Seen polled = poll();
    assertThat(polled.status()).isEqualTo(200);
    assertThat(polled.contentType()).startsWith("application/javascript");
    assertThat(polled.body()).isEqualTo("a[" + quoted("invalid_json") + "]\n");
  }

  @Test
  void whatWasSaidBetweenTwoPollsComesInOneFrame() {
    assertThat(poll().body()).isEqualTo("o\n");
    send("[\"nonsense\",\"{}\"]");
    assertThat(poll().body())
        .isEqualTo("a[" + quoted("invalid_json") + "," + quoted("missing_type") + "]\n");
  }

  @Test
  void twoPollsAtOnceAreOneTooMany() throws Exception {
    assertThat(poll().body()).isEqualTo("o\n");
    CompletableFuture<Seen> first =
        started(HttpMethod.POST, session + "/xhr", Map.of(), "")
            .toCompletionStage()
            .toCompletableFuture();
    CompletableFuture<Seen> second =
        started(HttpMethod.POST, session + "/xhr", Map.of(), "")
            .toCompletionStage()
            .toCompletableFuture();
    Object one = CompletableFuture.anyOf(first, second).get(5, TimeUnit.SECONDS);
    assertThat(((Seen) one).body()).isEqualTo("c[2010,\"Another connection still open\"]\n");
  }

  @Test
  void nothingCanBeSentToASessionThatIsNotOpen() {
    assertThat(send("[\"nonsense\"]").status()).isEqualTo(404);
  }

  @Test
  void whatIsSentMustBeAnArray() {
    assertThat(poll().body()).isEqualTo("o\n");
    Seen empty = send("");
    assertThat(empty.status()).isEqualTo(500);
    assertThat(empty.body()).isEqualTo("Payload expected.");
    Seen broken = send("[\"x");
    assertThat(broken.status()).isEqualTo(500);
    assertThat(broken.body()).isEqualTo("Broken JSON encoding.");
  }

  @Test
  void aWebSocketOpensWithOneLetterAndIsClosedOnWhatIsNoArray() throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    ClientWebSocket socket = sockets.webSocket();
    socket.textMessageHandler(first::complete).closeHandler(closed::complete);
    socket.connect(at(session + "/websocket")).await();
    assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo("o");
    socket.writeTextMessage("[]").await();
    socket.writeTextMessage("{\"type\":\"ping\"}").await();
    closed.get(5, TimeUnit.SECONDS);
  }

  @Test
  void aRawWebSocketTakesBinaryMessagesAsWell() throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    ClientWebSocket socket = sockets.webSocket();
    socket
        .textMessageHandler(first::complete)
        .binaryMessageHandler(bytes -> first.complete(bytes.toString()));
    socket.connect(at("/eventbus/websocket")).await();
    JsonObject said = frame("send", "echo").put("replyAddress", "r1").put("body", "漢");
    socket.writeBinaryMessage(said.toBuffer()).await();
    assertThat(new JsonObject(first.get(5, TimeUnit.SECONDS)))
        .isEqualTo(frame("rec", "r1").put("body", "漢"));
  }

  private WebSocketConnectOptions at(String path) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(bridge.port()).setURI(path);
    bridge.credentials().forEach(options::addHeader);
    return options;
  }

  /** An error as a string within a frame. */
  private static String quoted(String code) {
    return new JsonArray()
        .add(new JsonObject().put("type", "err").put("body", code).encode())
        .encode()
        .replaceAll("^\\[|]$", "");
  }

  private Seen poll() {
    return post(session + "/xhr", "");
  }

  private Seen send(String body) {
    return post(session + "/xhr_send", body);
  }

  private Seen get(String path) {
    return started(HttpMethod.GET, path, Map.of(), "").await();
  }

  private Seen post(String path, String body) {
    return started(HttpMethod.POST, path, Map.of(), body).await();
  }

  private Future<Seen> started(
      HttpMethod method, String path, Map<String, String> headers, String body) {
    Promise<Seen> seen = Promise.promise();
    // On one event loop a response's handler is there before its first bytes.
    bridge.vertx().runOnContext(turn -> exchange(method, path, headers, body).onComplete(seen));
    return seen.future();
  }

  private Future<Seen> exchange(
      HttpMethod method, String path, Map<String, String> headers, String body) {
    return http.request(method, bridge.port(), "127.0.0.1", path)
        .compose(
            request -> {
              bridge.credentials().forEach(request::putHeader);
              headers.forEach(request::putHeader);
              return request.send(body);
            })
        .compose(response -> response.body().map(bytes -> Seen.of(response, bytes)));
  }
}

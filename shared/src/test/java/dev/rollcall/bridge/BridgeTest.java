package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.node.Environment;
import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real node, a real server, and clients that mean well or not. */
class BridgeTest {
  private static final String SECRET = "a-secret-of-this-test-with-enough-characters";

  private static Node node;
  private static int port;
  private static WebSocketClient sockets;
  private static HttpClient http;

  @BeforeAll
  static void start() throws IOException {
    port = freePort();
    Map<String, String> variables = new HashMap<>();
    variables.put("ROLLCALL_HTTP_PORT", Integer.toString(port));
    int clusterPort = freePort();
    variables.put("ROLLCALL_CLUSTER_PORT", Integer.toString(clusterPort));
    variables.put("ROLLCALL_CLUSTER_MEMBERS", "127.0.0.1:" + clusterPort);
    variables.put("ROLLCALL_CLUSTER_NAME", "bridge-test-" + clusterPort);
    variables.put("ROLLCALL_JWT_SECRET", SECRET);
    variables.put("ROLLCALL_ALLOWED_ORIGINS", "https://friend.example");
    node = await(Node.start("bridge-test", new Environment(variables), Service::new));
    sockets = node.vertx().createWebSocketClient();
    // A connection that the server may be closing is not used again.
    http = node.vertx().createHttpClient(new HttpClientOptions().setKeepAlive(false));
  }

  @AfterAll
  static void stop() {
    await(node.close());
  }

  private static final class Service extends VerticleBase {
    private final Node node;

    Service(Node node) {
      this.node = node;
    }

    @Override
    public Future<?> start() {
      vertx
          .eventBus()
          .<JsonObject>consumer(
              "echo",
              message ->
                  message.reply(
                      new JsonObject()
                          .put("user", message.headers().get("user"))
                          .put("got", message.body())));
      vertx.eventBus().consumer("refuse", message -> message.fail(409, "not_now"));
      vertx.eventBus().consumer("secret", message -> message.reply("leaked"));
      Router router = Router.router(vertx);
      Bridge.on(node)
          .topic("room:*", TopicPolicy.everyone())
          .topic("mine:ana", TopicPolicy.allow((user, topic) -> user.equals("ana")))
          .send("echo")
          .send("refuse")
          .send("nobody")
          .mount(router);
      return node.listen(router);
    }
  }

  /** One connection and the frames that it received. */
  private record Client(WebSocket socket, BlockingQueue<JsonObject> received) {
    static Client of(String user) {
      return connect(Map.of("Cookie", "rollcall_token=" + token(user, SECRET, 60)));
    }

    static Client connect(Map<String, String> headers) {
      return connect("/eventbus/websocket", headers);
    }

    static Client connect(String path, Map<String, String> headers) {
      WebSocketConnectOptions options =
          new WebSocketConnectOptions()
              .setHost("127.0.0.1")
              .setPort(port)
              .setURI(path)
              .setHeaders(MultiMap.caseInsensitiveMultiMap().addAll(headers));
      BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
      WebSocket socket =
          await(
              sockets
                  .connect(options)
                  .map(
                      open -> {
                        open.textMessageHandler(text -> received.add(new JsonObject(text)));
                        return open;
                      }));
      return new Client(socket, received);
    }

    Client say(String frame) {
      await(socket.writeTextMessage(frame));
      return this;
    }

    JsonObject next() {
      try {
        JsonObject frame = received.poll(5, TimeUnit.SECONDS);
        assertThat(frame).as("a frame within 5 s").isNotNull();
        return frame;
      } catch (InterruptedException interrupted) {
        throw new AssertionError(interrupted);
      }
    }

    /** What was sent before this has been dealt with when the echo is back. */
    void settled() {
      say("{'type':'send','address':'echo','replyAddress':'settled','body':{}}".replace('\'', '"'));
      assertThat(next().getString("address")).isEqualTo("settled");
    }
  }

  @Test
  void whoHasRegisteredHearsWhatIsBroadcastToThatTopicAlone() {
    Client ana = Client.of("ana").say(frame("register", "room:lobby"));
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
    Client ana =
        Client.of("ana")
            .say(
                "{\"type\":\"send\",\"address\":\"echo\",\"replyAddress\":\"r1\",\"headers\":{\"user\":\"root\"},\"body\":{\"a\":1}}");
    JsonObject body = ana.next().getJsonObject("body");
    assertThat(body.getString("user")).isEqualTo("ana");
    assertThat(body.getJsonObject("got").getInteger("a")).isOne();
  }

  @ParameterizedTest
  @CsvSource({"refuse,409,not_now", "secret,403,access_denied", "nobody,503,unavailable"})
  void aSendThatFailsSaysWhy(String address, int code, String message) {
    Client ana =
        Client.of("ana")
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
        "{\"type\":\"unregister\",\"address\":\"room:lobby\"}|access_denied",
        "{\"type\":\"send\",\"address\":\"echo\",\"replyAddress\":7}|invalid_reply_address",
      })
  void aFrameThatCannotBeFollowedIsAnsweredByACodeAndTheSocketLivesOn(String frame, String code) {
    Client bob = Client.of("bob").say(frame);
    assertThat(bob.next()).isEqualTo(new JsonObject().put("type", "err").put("body", code));
    bob.settled();
  }

  @Test
  void aMessageTooLongIsRefusedAndTheSocketLivesOn() {
    Client bob = Client.of("bob").say("x".repeat(BridgeSession.MAX_FRAME_BYTES + 1));
    assertThat(bob.next().getString("body")).isEqualTo("message_too_long");
    bob.say(frame("register", "a".repeat(300)));
    assertThat(bob.next().getString("body")).isEqualTo("max_address_length_reached");
    bob.settled();
  }

  @Test
  void topicsPerSocketAreLimitedAndNoneIsTakenTwice() {
    Client bob = Client.of("bob").say(frame("register", "room:0"));
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
    Client bob = Client.of("bob");
    for (int i = 0; i < 600; i++) {
      bob.say("{\"type\":\"ping\"}");
    }
    assertThat(bob.next().getString("body")).isEqualTo("rate_limited");
  }

  @Test
  void withoutAGoodTokenThereIsNoConnection() {
    assertRefused(Map.of(), 401);
    assertRefused(Map.of("Cookie", "rollcall_token=nonsense"), 401);
    assertRefused(bearer(token("ana", "another-secret-that-is-as-long-as-it-gets", 60)), 401);
    assertRefused(bearer(token("ana", SECRET, -60)), 401);
    assertRefused(bearer(token("", SECRET, 60)), 401);
    assertRefused(bearer(token("ana", SECRET, 0)), 401);
    Client.connect(bearer(token("ana", SECRET, 60))).settled();
  }

  @Test
  void aForeignOriginIsRefusedOnEveryTransport() {
    Map<String, String> foreign = new HashMap<>(bearer(token("ana", SECRET, 60)));
    foreign.put("Origin", "https://evil.example");
    assertRefused(foreign, 403);
    foreign.put("Origin", "https://friend.example");
    Client.connect(foreign).settled();
    foreign.put("Origin", "http://127.0.0.1:" + port);
    Client.connect(foreign).settled();
    assertThat(get("/eventbus/info", Map.of("Origin", "https://evil.example"))).isEqualTo(403);
    assertThat(get("/eventbus/info", bearer(token("ana", SECRET, 60)))).isEqualTo(200);
  }

  @Test
  void aMalformedPathIsRefusedAsAProblem() {
    String refused =
        await(
            http.request(HttpMethod.GET, port, "127.0.0.1", "/rollcall/%zz")
                .compose(request -> request.send())
                .compose(
                    response ->
                        response.body().map(text -> response.getHeader("Content-Type") + text)));
    assertThat(refused).startsWith("application/problem+json{").contains("\"status\":400");
  }

  @Test
  void aClosedConnectionLeavesNoSubscription() throws InterruptedException {
    int before = node.pubSub().subscriberCount();
    Client ana = Client.of("ana").say(frame("register", "room:left"));
    ana.settled();
    assertThat(node.pubSub().topics()).contains("room:left");
    await(ana.socket().close());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (node.pubSub().topics().contains("room:left") && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(node.pubSub().topics()).doesNotContain("room:left");
    assertThat(node.pubSub().subscriberCount()).isLessThanOrEqualTo(before + 1);
  }

  /** A closing socket still hands over the frames that had arrived. */
  @Test
  void whatASlowConsumerSentBeforeItsEndLeavesNothingBehind() {
    Policies policies = new Policies();
    policies.addTopic("room:*", TopicPolicy.everyone());
    BridgeContext context = new BridgeContext(node, policies);
    List<Integer> closes = new ArrayList<>();
    Identity ana = new Identity("ana", 0, Long.MAX_VALUE);
    BridgeSession session = new BridgeSession(fullSocket(closes), ana, context, 0);

    session.receive(Buffer.buffer(frame("register", "room:early")), 0);
    assertThat(node.pubSub().topics()).contains("room:early");
    session.receive(Buffer.buffer("nonsense"), 0);
    session.receive(Buffer.buffer(frame("register", "room:late")), 0);

    assertThat(closes).containsExactly(4008);
    assertThat(node.pubSub().topics()).doesNotContain("room:early", "room:late");
  }

  /** A socket whose client does not read. */
  private static SockJSSocket fullSocket(List<Integer> closes) {
    return (SockJSSocket)
        Proxy.newProxyInstance(
            SockJSSocket.class.getClassLoader(),
            new Class<?>[] {SockJSSocket.class},
            (socket, method, arguments) -> {
              if (method.getName().equals("close")) {
                closes.add((Integer) arguments[0]);
              }
              return method.getName().equals("writeQueueFull") ? true : null;
            });
  }

  @Test
  void theFallbackOfSockJsCarriesFramesOfItsOwnUserAlone() {
    String session = "/eventbus/000/session" + System.nanoTime();
    Map<String, String> ana = bearer(token("ana", SECRET, 60));
    assertThat(post(session + "/xhr", ana, "")).isEqualTo("200 o\n");
    String echo =
        "[\"{\\\"type\\\":\\\"send\\\",\\\"address\\\":\\\"echo\\\",\\\"replyAddress\\\":\\\"r1\\\",\\\"body\\\":{}}\"]";
    assertThat(post(session + "/xhr_send", bearer(token("bob", SECRET, 60)), echo))
        .startsWith("403");
    assertThat(post(session + "/xhr_send", ana, echo)).startsWith("204");
    assertThat(post(session + "/xhr", ana, "")).startsWith("200 a[").contains("ana");
  }

  private static String post(String path, Map<String, String> headers, String body) {
    return await(
        http.request(HttpMethod.POST, port, "127.0.0.1", path)
            .compose(
                request -> {
                  headers.forEach(request::putHeader);
                  return request
                      .send(body)
                      .compose(
                          response ->
                              response.body().map(text -> response.statusCode() + " " + text));
                }));
  }

  private static void assertRefused(Map<String, String> headers, int status) {
    assertThatThrownBy(() -> Client.connect(headers))
        .rootCause()
        .isInstanceOfSatisfying(
            UpgradeRejectedException.class,
            refused -> assertThat(refused.getStatus()).isEqualTo(status));
  }

  private static int get(String path, Map<String, String> headers) {
    return await(
        http.request(HttpMethod.GET, port, "127.0.0.1", path)
            .compose(
                request -> {
                  headers.forEach(request::putHeader);
                  return request.send().map(HttpClientResponse::statusCode);
                }));
  }

  private static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  private static String token(String user, String secret, int seconds) {
    JWTOptions options = new JWTOptions();
    JsonObject claims = new JsonObject().put("sub", user);
    if (seconds > 0) {
      options.setExpiresInSeconds(seconds);
    } else if (seconds < 0) {
      claims.put("exp", System.currentTimeMillis() / 1_000 + seconds);
    }
    return JWTAuth.create(
            node.vertx(),
            new JWTAuthOptions()
                .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret)))
        .generateToken(claims, options);
  }

  private static String frame(String type, String address) {
    return new JsonObject().put("type", type).put("address", address).encode();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }
}

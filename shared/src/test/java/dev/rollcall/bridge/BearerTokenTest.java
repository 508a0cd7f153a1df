package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.rollcall.node.Environment;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A real server, and clients that carry tokens wherever they can. */
class BearerTokenTest {
  private static final String REFUSED =
      "401 {\"type\":\"about:blank\",\"status\":401,\"title\":\"Unauthorized\","
          + "\"detail\":\"a valid token is needed\"}";

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Queue<String> OFFERED = new ConcurrentLinkedQueue<>();

  private static Vertx vertx;
  private static Authentication authentication;
  private static HttpServer server;
  private static String ana;
  private static String bob;
  private static String cid;
  private static String dan;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    authentication = Authentication.from(new Environment(Map.of()), vertx);
    ana = authentication.sign("ana", 60);
    bob = authentication.sign("bob", 60);
    cid = authentication.sign("cid", 60);
    dan = authentication.sign("dan", 60);
    server = listen(new HttpServerOptions().addWebSocketSubProtocol("rollcall"));
  }

  @AfterAll
  static void stop() {
    await(vertx.close());
  }

  private static HttpServer listen(HttpServerOptions options) {
    Router router = Router.router(vertx);
    router.route().handler(authentication.required());
    router.get("/me").handler(BearerTokenTest::me);
    router.get("/socket").handler(request -> request.request().toWebSocket());
    return await(vertx.createHttpServer(options).requestHandler(router).listen(0, "127.0.0.1"));
  }

  private static void me(RoutingContext request) {
    OFFERED.addAll(request.request().headers().getAll("Sec-WebSocket-Protocol"));
    String subprotocol = Authentication.subprotocol(request.request()).orElse("none");
    request.end(Authentication.identity(request).user() + " " + subprotocol);
  }

  @Test
  void theFirstPlaceThatHasATokenCounts() throws Exception {
    String header = "Authorization: Bearer " + ana;
    String cookie = "Cookie: rollcall_token=" + bob;
    String offered = "Sec-WebSocket-Protocol: rollcall, rollcall.token." + cid;
    String query = "?access_token=" + dan;

    assertThat(get(query, header, cookie, offered)).isEqualTo("200 ana rollcall");
    assertThat(get(query, cookie, offered)).isEqualTo("200 bob rollcall");
    assertThat(get(query, offered)).isEqualTo("200 cid rollcall");
    assertThat(get(query)).isEqualTo("200 dan none");
    assertThat(get("")).isEqualTo(REFUSED);
  }

  @Test
  void aBadTokenIsNotMadeUpForByAGoodOneElsewhere() throws Exception {
    assertThat(get("?access_token=" + dan, "Authorization: Bearer x")).isEqualTo(REFUSED);
    assertThat(get("?access_token=" + dan, "Cookie: rollcall_token=x")).isEqualTo(REFUSED);
  }

  @Test
  void whatIsNoTokenIsPassedOver() throws Exception {
    assertThat(get("?access_token=" + dan, "Authorization: Basic YTpi")).isEqualTo("200 dan none");
    assertThat(get("?access_token=" + dan, "Authorization: Bearer ")).isEqualTo("200 dan none");
    assertThat(get("?access_token=" + dan, "Cookie: rollcall_token=")).isEqualTo("200 dan none");
    assertThat(get("", "Authorization: bearer  " + ana)).isEqualTo("200 ana none");
    assertThat(get("", "Authorization: Token " + ana)).isEqualTo(REFUSED);
    assertThat(get("?access_token=")).isEqualTo(REFUSED);
    assertThat(get("?access%5Ftoken=" + dan)).isEqualTo("200 dan none");
  }

  @Test
  void aMalformedQueryHasNoToken() {
    assertThat(getRaw("/me?%zz&access_token=" + dan)).isBetween(400, 401);
  }

  @Test
  void subprotocolsComeInOneLineOrInSeveral() throws Exception {
    String[] lines = {
      "Sec-WebSocket-Protocol: other,rollcall", "Sec-WebSocket-Protocol:rollcall.token." + cid
    };
    assertThat(get("", lines)).isEqualTo("200 cid rollcall");
    assertThat(get("", "Sec-WebSocket-Protocol: rollcall.token." + cid)).isEqualTo("200 cid none");
    assertThat(get("", "Sec-WebSocket-Protocol: rollcall.token.")).isEqualTo(REFUSED);
  }

  @Test
  void whoComesAfterwardsSeesNoTokenAmongTheSubprotocols() throws Exception {
    OFFERED.clear();
    get("", "Sec-WebSocket-Protocol: rollcall, rollcall.token." + cid + ", other");
    get("", "Sec-WebSocket-Protocol: rollcall.token." + cid);
    assertThat(OFFERED).containsExactly("rollcall, other");
  }

  @Test
  void theAnswerNamesTheProtocolAndNotTheToken() {
    WebSocket socket = connect(server, "rollcall", "rollcall.token." + cid);
    assertThat(socket.getSubprotocol()).isEqualTo("rollcall");
    socket.abort();
    assertThatThrownBy(() -> connect(server, "rollcall", "rollcall.token.x"))
        .hasRootCauseMessage("Unexpected HTTP response status code 401");
  }

  /** Whatever the level, and where the server agrees to no protocol. */
  @Test
  void noTokenReachesALog() throws Exception {
    HttpServer other = listen(new HttpServerOptions());
    String forged = ana.substring(0, ana.length() - 10) + "AAAAAAAAAA";
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level level = root.getLevel();
    Recorder recorder = new Recorder();
    recorder.setContext(root.getLoggerContext());
    recorder.start();
    root.addAppender(recorder);
    root.setLevel(Level.TRACE);
    try {
      for (String token : List.of(ana, forged)) {
        get("?access_token=" + token);
        getRaw("/me?%zz&access_token=" + token);
        get("", "Authorization: Bearer " + token);
        get("", "Cookie: rollcall_token=" + token);
        get("", "Sec-WebSocket-Protocol: rollcall.token." + token);
      }
      connect(other, "rollcall.token." + ana).abort();
      connect(server, "rollcall", "rollcall.token." + ana).abort();
    } finally {
      root.setLevel(level);
      root.detachAppender(recorder);
    }
    assertThat(recorder.lines).isNotEmpty();
    String signature = ana.substring(ana.lastIndexOf('.') + 1, ana.length() - 10);
    assertThat(recorder.lines).noneMatch(line -> line.contains(signature));
  }

  private static final class Recorder extends AppenderBase<ILoggingEvent> {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(
          event.getFormattedMessage() + ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
  }

  private static String get(String query, String... headers) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + "/me" + query);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    for (String header : headers) {
      String[] parts = header.split(":", 2);
      request.header(parts[0], parts[1].trim());
    }
    HttpResponse<String> response =
        HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }

  /** Java's own client sends no malformed query. */
  private static int getRaw(String uri) {
    return await(
        vertx
            .createHttpClient()
            .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", uri)
            .compose(request -> request.send())
            .map(HttpClientResponse::statusCode));
  }

  private static WebSocket connect(HttpServer to, String first, String... others) {
    return HTTP.newWebSocketBuilder()
        .subprotocols(first, others)
        .buildAsync(
            URI.create("ws://127.0.0.1:" + to.actualPort() + "/socket"),
            new WebSocket.Listener() {})
        .join();
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (Exception fault) {
      throw new AssertionError(fault);
    }
  }
}

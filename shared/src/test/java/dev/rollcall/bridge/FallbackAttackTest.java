package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A session of SockJS is its user's alone, however it is named, and takes no more than others. */
@ExtendWith(Targets.class)
class FallbackAttackTest {
  private static final String SESSION = "/eventbus/000/secret-of-ana";

  /** What may be taken for the same; each is tried within the time that a session has. */
  private static final List<String> NAMES =
      List.of(
          SESSION,
          "/eventbus/111/secret-of-ana",
          "/eventbus/000/%73ecret-of-ana",
          "/eventbus/000/secret%2Dof-ana",
          "/eventbus//000/secret-of-ana",
          "/eventbus/./000/secret-of-ana",
          "/eventbus/x/../000/secret-of-ana",
          "/eventbus/000/x/../secret-of-ana",
          "/x/../eventbus/000/secret-of-ana",
          "/eventbus/000/secret-of-ana/.",
          "/eventbus/000%2Fsecret-of-ana",
          "/%65ventbus/000/secret-of-ana");

  private static final String SEND = "{\\\"type\\\":\\\"send\\\",\\\"address\\\":\\\"secret\\\"}";

  private static Bystander bystander;

  @BeforeAll
  static void start(Target target) throws IOException {
    bystander = new Bystander(target);
  }

  /** Once for all: a session is only forgotten when its client has not come for five seconds. */
  @AfterAll
  static void stop(Target target) throws IOException {
    assertThat(target.leaked).hasValue(0);
    target.awaitConnections(1);
    bystander.close();
    target.awaitConnections(0);
  }

  @Test
  void nobodyElseGoesOnWithASessionHoweverHeNamesIt(Target target) throws IOException {
    assertThat(post(target, "ana", SESSION + "/xhr", "")).contains("o\n");
    String register = "{\\\"type\\\":\\\"register\\\",\\\"address\\\":\\\"club\\\"}";
    assertThat(post(target, "ana", SESSION + "/xhr_send", "[\"" + register + "\"]"))
        .startsWith("HTTP/1.1 204 ");
    Target.awaitThat("Ana hears", () -> target.served().node().pubSub().topics().contains("club"));
    target.broadcast("club", "said", new JsonObject().put("text", "for Ana"));
    for (String path : NAMES) {
      for (String transport : new String[] {"/xhr_send", "/xhr_streaming", "/xhr"}) {
        String answer = post(target, "eve", path + transport, "[\"" + SEND + "\"]");
        assertThat(answer).as(path).doesNotContain("for Ana").doesNotContain(" 204 ");
      }
    }
    assertThat(post(target, "ana", SESSION + "/xhr", "")).contains("for Ana");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/eventbus/../eventbus/websocket",
        "/eventbus//websocket",
        "/eventbus/websocket/",
        "/eventbus/%77ebsocket",
        "/eventbus/000/s/websocket/",
        "/eventbus/000/s%2Fwebsocket",
        "/eventbus/000/%2e%2e/websocket",
        "/eventbus/",
        "/eventbus/../rollcall/../eventbus/info"
      })
  void noPathLeadsInWithoutAToken(String path, Target target) throws IOException {
    try (RawClient client = RawClient.connect(target.port())) {
      Map<String, String> headers = new HashMap<>(Map.of("Host", "a", "Upgrade", "websocket"));
      headers.put("Connection", "Upgrade");
      headers.put("Sec-WebSocket-Version", "13");
      headers.put("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
      client.write(RawClient.request("GET " + path, headers));
      assertThat(client.head()).containsPattern("^HTTP/1.1 (401|404|400) ");
    }
  }

  /** One message need not be in an array; an object is none, and nothing comes of it. */
  static Stream<Arguments> noArrays() {
    return Stream.of(
        Arguments.of("", "500 ", "Payload expected."),
        Arguments.of("[", "500 ", "Broken JSON encoding."),
        Arguments.of("[\"", "500 ", "Broken JSON encoding."),
        Arguments.of("[\"x\",]", "500 ", "Broken JSON encoding."),
        Arguments.of("{}", "204 ", ""),
        Arguments.of("\"x\"", "204 ", ""));
  }

  @ParameterizedTest
  @MethodSource("noArrays")
  void whatIsNoArrayOfMessagesHarmsNobody(String body, String status, String word, Target target)
      throws IOException {
    String session = "/eventbus/000/broken" + body.hashCode();
    assertThat(post(target, "eve", session + "/xhr", "")).contains("o\n");
    assertThat(post(target, "eve", session + "/xhr_send", body))
        .startsWith("HTTP/1.1 " + status)
        .endsWith("\r\n\r\n" + word);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "[[]]", "[{}]", "[null]", "[\"{}\",true]"})
  void whatIsNoTextAmongMessagesIsRefusedWithAllOfThem(String body, Target target)
      throws IOException {
    String session = "/eventbus/000/texts" + body.hashCode();
    assertThat(post(target, "eve", session + "/xhr", "")).contains("o\n");
    assertThat(post(target, "eve", session + "/xhr_send", body))
        .startsWith("HTTP/1.1 400 ")
        .contains("each message is to be a text");
  }

  @Test
  void aBodyOfTooManyOrTooLongMessagesIsRefused(Target target) throws IOException {
    String session = "/eventbus/000/many";
    assertThat(post(target, "eve", session + "/xhr", "")).contains("o\n");
    String many = "[" + "\"{}\",".repeat(60_000) + "\"{}\"]";
    assertThat(post(target, "eve", session + "/xhr_send", many)).startsWith("HTTP/1.1 413 ");
    String fewer = "[" + "\"{}\",".repeat(40_000) + "\"{}\"]";
    assertThat(post(target, "eve", session + "/xhr_send", fewer)).startsWith("HTTP/1.1 204 ");
    assertThat(post(target, "eve", session + "/xhr", "")).contains("c[");
    bystander.assertUndisturbed("many messages in one body");
  }

  /** More than once: what is heard of a poll is heard of each. */
  @Test
  void whoPollsTooSeldomGetsTheLatestWhenItDoes(Target target) throws IOException {
    String session = "/eventbus/000/seldom";
    assertThat(post(target, "eve", session + "/xhr", "")).contains("o\n");
    String register = "{\\\"type\\\":\\\"register\\\",\\\"address\\\":\\\"latest\\\"}";
    assertThat(post(target, "eve", session + "/xhr_send", "[\"" + register + "\"]"))
        .startsWith("HTTP/1.1 204 ");
    JsonObject large = new JsonObject().put("text", "x".repeat(8_192));
    for (int last = 300; last <= 900; last += 300) {
      double conflated = target.count("rollcall.bridge.conflated");
      while (target.count("rollcall.bridge.conflated") < conflated + 100) {
        target.broadcast("latest", "stats", large);
      }
      target.broadcast("latest", "stats", new JsonObject().put("n", last));
      assertThat(target.metric("rollcall.bridge.waiting.bytes")).isLessThan(1_000_000);
      String polled = post(target, "eve", session + "/xhr", "");
      polled += post(target, "eve", session + "/xhr", "");
      assertThat(polled).contains("\"n\\\":" + last);
    }
  }

  @Test
  void sessionsThatAreOpenedAndLeftAreForgotten(Target target) throws IOException {
    double before = opened(target);
    for (int i = 0; i < 50; i++) {
      String name = "left" + i + "x".repeat(i * 20);
      assertThat(post(target, "eve", "/eventbus/000/" + name + "/xhr", "")).contains("o\n");
    }
    Target.awaitThat("all are counted", () -> opened(target) == before + 50);
    bystander.assertUndisturbed("sessions that were left");
  }

  private static double opened(Target target) {
    return target.count("rollcall.bridge.opened", "transport", "sockjs_fallback");
  }

  private static String post(Target target, String user, String path, String body)
      throws IOException {
    Map<String, String> headers =
        Map.of(
            "Host",
            "127.0.0.1:" + target.port(),
            "Connection",
            "close",
            "Authorization",
            "Bearer " + target.token(user),
            "Content-Length",
            Integer.toString(body.length()));
    try (RawClient client = RawClient.connect(target.port())) {
      client
          .waitAtMost(1_000)
          .pour(Bytes.join(RawClient.request("POST " + path, headers), Bytes.utf8(body)));
      return client.rest();
    } catch (SocketTimeoutException stillOpen) {
      return "";
    }
  }
}

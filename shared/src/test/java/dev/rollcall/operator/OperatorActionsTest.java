package dev.rollcall.operator;

import static dev.rollcall.operator.OperatorUnderTest.SELF;
import static dev.rollcall.operator.OperatorUnderTest.TOKEN;
import static dev.rollcall.operator.Samples.A;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is done, for whom, and what is refused to whom. */
class OperatorActionsTest {
  private static final String JSON = "application/json";
  private static final String ANA = "{\"user\":\"ana\"}";

  private OperatorUnderTest node = OperatorUnderTest.withToken();

  @AfterEach
  void close() {
    node.close();
  }

  private void with(OperatorUnderTest other) {
    node.close();
    node = other;
  }

  @Test
  void aKickedUserIsOut() throws Exception {
    long before = System.currentTimeMillis() / 1_000;
    assertThat(node.access.isRevoked("ana", before)).isFalse();
    HttpResponse<String> answer = node.act("/operator/kick", ANA);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new JsonObject(answer.body()).getMap())
        .isEqualTo(Map.of("kicked", "ana", "heard_by_all", true));
    assertThat(node.access.isRevoked("ana", before)).isTrue();
  }

  @Test
  void aNodeIsDrainedThroughAnother() throws Exception {
    JsonObject drains = new JsonObject();
    node.play(A, "chat-service", Map.of("report", Samples.node(A).toJson(), "drain", drains));
    HttpResponse<String> answer = node.act("/operator/nodes/a/drain", "{}");
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(new JsonObject(answer.body()).getString("draining")).isEqualTo("a");
    assertThat(node.drained).isEmpty();
    assertThat(node.act("/operator/nodes/self/drain", "{}").statusCode()).isEqualTo(202);
    assertThat(node.drained).hasSize(1);
  }

  @Test
  void theOthersMayDrainThisOne() throws Exception {
    OperatorUnderTest.await(
        node.vertx
            .eventBus()
            .request(
                Operator.NODE + SELF, new JsonObject().put("ask", "drain").put("by", "10.0.0.9")));
    assertThat(node.drained).hasSize(1);
  }

  /** At 3 am it is easy to drain the one that is left. */
  @Test
  void theLastOfAServiceIsNotDrainedUnlessItIsMeant() throws Exception {
    assertProblem(node.act("/operator/nodes/self/drain", "{}"), 409, "nobody_takes_over");
    assertThat(node.drained).isEmpty();
    HttpResponse<String> forced = node.act("/operator/nodes/self/drain", "{\"force\":true}");
    assertThat(forced.statusCode()).isEqualTo(202);
    assertThat(node.drained).hasSize(1);
  }

  @Test
  void whetherASilentNodeDrainsIsNotKnown() throws Exception {
    node.play(A, "chat-service", Map.of());
    assertProblem(node.act("/operator/nodes/a/drain", "{}"), 504, "no_answer");
  }

  @Test
  void badInputIsToldWithACode() throws Exception {
    assertProblem(node.act("/operator/kick", "{\"user\":"), 400, "invalid_body");
    assertProblem(node.act("/operator/kick", "[]"), 400, "invalid_body");
    assertProblem(node.act("/operator/kick", ""), 400, "invalid_body");
    assertProblem(node.act("/operator/kick", "{\"user\":\"ana\",\"room\":1}"), 400, "invalid_body");
    assertProblem(node.act("/operator/kick", "{}"), 400, "not_a_user");
    assertProblem(node.act("/operator/kick", "{\"user\":7}"), 400, "not_a_user");
    assertProblem(node.act("/operator/kick", "{\"user\":\" \"}"), 400, "not_a_user");
    assertProblem(node.act("/operator/kick", "{\"user\":\"a\\nb\"}"), 400, "not_a_user");
    String long5000 = "{\"user\":\"" + "a".repeat(5_000) + "\"}";
    assertProblem(node.act("/operator/kick", long5000), 413, "too_large");
    assertProblem(node.act("/operator/nodes/a%2Eb/drain", "{}"), 400, "not_a_node");
    assertProblem(node.act("/operator/nodes/b/drain", "{}"), 404, "unknown_node");
    assertProblem(
        node.act("/operator/nodes/self/drain", "{\"force\":\"yes\"}"), 400, "invalid_body");
    assertProblem(node.act("/operator/nodes/self/dry", "{}"), 404, "not_found");
    assertProblem(node.get("/operator/kick"), 405, "method_not_allowed");
    assertProblem(node.get("/operator/nothing"), 404, "not_found");
    assertThat(node.drained).isEmpty();
  }

  @Test
  void whoHasNotTheTokenMayLookOnly() throws Exception {
    assertProblem(node.post("/operator/kick", ANA, "Content-Type", JSON), 401, "not_authorised");
    for (String said : new String[] {"", "Bearer", "Bearer ", "Bearer " + TOKEN + "x", TOKEN}) {
      HttpResponse<String> answer =
          node.post("/operator/kick", ANA, "Content-Type", JSON, "Authorization", said);
      assertProblem(answer, 401, "not_authorised");
    }
    assertThat(node.access.isRevoked("ana", 0)).isFalse();
    assertThat(node.get("/operator/report").statusCode()).isEqualTo(200);
  }

  @Test
  void inProductionNothingIsDoneWithoutAToken() throws Exception {
    with(OperatorUnderTest.withoutToken(true));
    assertProblem(node.act("/operator/kick", ANA), 403, "actions_off");
    assertThat(node.report().getString("actions")).isEqualTo("off");
  }

  @Test
  void inDevelopmentWhoIsHereMay() throws Exception {
    with(OperatorUnderTest.withoutToken(false));
    HttpResponse<String> answer = node.post("/operator/kick", ANA, "Content-Type", JSON);
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  /** A form, or a fetch without leave, can say only these. */
  @Test
  void anotherSitesPageMayNot() throws Exception {
    with(OperatorUnderTest.withoutToken(false));
    for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded"}) {
      assertProblem(node.post("/operator/kick", ANA, "Content-Type", type), 415, "not_json");
    }
    assertProblem(node.post("/operator/kick", ANA), 415, "not_json");
    assertProblem(
        node.post("/operator/kick", ANA, "Content-Type", JSON, "Origin", "http://evil.example"),
        403,
        "foreign_origin");
    assertProblem(
        node.post("/operator/kick", ANA, "Content-Type", JSON, "Origin", "null"),
        403,
        "foreign_origin");
    String own = "http://127.0.0.1:" + node.port();
    assertThat(node.post("/operator/kick", ANA, "Content-Type", JSON, "Origin", own).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aNameThatWasMadeToPointHereIsNotAnswered() throws Exception {
    for (String path : new String[] {"/operator", "/operator/report", "/rollcall/style.css"}) {
      assertThat(status(path, "evil.example:" + node.port())).as(path).contains(" 421 ");
      assertThat(status(path, "evil.example")).as(path).contains(" 421 ");
      assertThat(status(path, "localhost:" + node.port())).as(path).contains(" 200 ");
      assertThat(status(path, "node")).as(path).contains(" 200 ");
      assertThat(status(path, "10.1.2.3:9090")).as(path).contains(" 200 ");
      assertThat(status(path, "[::1]:9090")).as(path).contains(" 200 ");
    }
  }

  @Test
  void thePageCanNeitherBeFramedNorTakeAScriptFromElsewhere() throws Exception {
    for (String path : new String[] {"/operator", "/operator/operator.js", "/operator/report"}) {
      HttpResponse<String> answer = node.get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
          .contains("default-src 'none'", "frame-ancestors 'none'", "script-src 'self'")
          .doesNotContain("unsafe", "*");
      assertThat(answer.headers().allValues("Cache-Control")).as(path).hasSize(1);
    }
    assertThat(node.get("/operator").body()).contains("<title>Operator");
    assertThat(node.get("/operator/../logback.xml").statusCode()).isEqualTo(404);
    assertThat(node.get("/operator/%2e%2e/logback.xml").statusCode()).isEqualTo(404);
  }

  @Test
  void aTokenThatIsTooShortIsNone() {
    assertThat(new OperatorToken("0123456789abcdef").is("0123456789abcdef")).isTrue();
    assertThat(new OperatorToken("0123456789abcdef").is("0123456789abcdeF")).isFalse();
    assertThat(new OperatorToken("0123456789abcdef").toString()).doesNotContain("0123");
    assertThatThrownBy(() -> new OperatorToken("0123456789abcde"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Java's client says the host that it connects to, and no other. */
  private String status(String path, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
      socket.setSoTimeout(10_000);
      String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(13), StandardCharsets.US_ASCII);
    }
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonObject problem = new JsonObject(answer.body());
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(problem.getString("code")).isEqualTo(code);
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("detail")).isNotBlank();
  }
}

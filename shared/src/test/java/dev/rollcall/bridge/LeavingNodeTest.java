package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that leaves lets nobody in any more, and nobody of those who are there down. */
class LeavingNodeTest {
  private static final long WINDOW_MILLIS = 1_000;
  private static final long LET_IN_MILLIS = 200;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private TestNodes.Served served;

  @BeforeEach
  void start() throws IOException {
    served =
        TestNodes.start(
            Map.of("ROLLCALL_DRAIN_MILLIS", Long.toString(WINDOW_MILLIS)),
            (node, router) -> {
              router.route("/eventbus/*").handler(LeavingNodeTest::slowly);
              Bridge.on(node).topic("room:*", TopicPolicy.everyone()).mount(router);
            });
  }

  /** As where a token is checked elsewhere. */
  private static void slowly(RoutingContext request) {
    if (request.request().getHeader("X-Slow") == null) {
      request.next();
    } else {
      request.request().pause();
      request.vertx().setTimer(LET_IN_MILLIS, late -> request.next());
    }
  }

  private RawClient coming(String user, Map<String, String> more) throws IOException {
    String token = TestNodes.token(served.node(), user, 60);
    RawClient client = RawClient.connect(served.port());
    return client.write(RawClient.handshake(served.port(), token, "/eventbus/websocket", more));
  }

  @Test
  void whoIsOnItsWayInWhenTheNodeLeavesIsRefused() throws IOException {
    TestClient.of(served, "ana").registered("room:a", new JsonObject());
    try (RawClient eve = coming("eve", Map.of("X-Slow", "1"))) {
      Future<Void> closing = served.node().close();
      assertThat(eve.head()).startsWith("HTTP/1.1 503 ");
      TestNodes.await(closing);
    }
  }

  @Test
  void whoPollsIsServedUntilItIsItsTimeToGo() throws IOException, InterruptedException {
    assertThat(poll().body()).isEqualTo("o\n");
    TestClient.of(served, "ana").registered("room:a", new JsonObject());
    String register = "{\"type\":\"register\",\"address\":\"room:a\"}";
    assertThat(send(register).statusCode()).isEqualTo(204);
    Target.awaitThat("both hear", () -> served.node().pubSub().topics().contains("room:a"));
    Future<Void> closing = served.node().close();
    served.node().pubSub().broadcast("room:a", "said", new JsonObject().put("n", 1));
    assertThat(poll().body()).startsWith("a[").contains("said");
    assertThat(send("{}").statusCode()).isEqualTo(204);
    TestNodes.await(closing);
  }

  private HttpResponse<String> poll() throws IOException, InterruptedException {
    return post("xhr", "");
  }

  private HttpResponse<String> send(String frame) throws IOException, InterruptedException {
    return post("xhr_send", new JsonArray().add(frame).encode());
  }

  private HttpResponse<String> post(String what, String body)
      throws IOException, InterruptedException {
    URI session = URI.create("http://127.0.0.1:" + served.port() + "/eventbus/000/polls/" + what);
    return HTTP.send(
        HttpRequest.newBuilder(session)
            .header("Authorization", "Bearer " + TestNodes.token(served.node(), "bob", 60))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}

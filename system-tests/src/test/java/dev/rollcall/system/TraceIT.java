package dev.rollcall.system;

import static dev.rollcall.system.PresenceCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The trace that a request names is that of the frames which follow from it, on other nodes. */
@ExtendWith(RunningSystem.class)
class TraceIT {
  private static final String LINE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static final JsonObject ORDER =
      new JsonObject(
          """
          {"customer": "trace", "currency": "EUR",
           "items": [{"sku": "tea-01", "quantity": 1, "unit_price": 450}]}
          """);

  private final Vertx vertx = Vertx.vertx();

  /** Held: one that nobody holds is closed when memory is cleaned up. */
  private final HttpClient client = vertx.createHttpClient();

  private final WebSocketClient sockets = vertx.createWebSocketClient();
  private final BlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
  private Deployment system;
  private UserTokens tokens;

  @BeforeEach
  void open(Deployment running) {
    system = running;
    tokens = UserTokens.of(vertx, running);
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void fromAnOrderOverHttpToABrowserOfTheDashboard() throws Exception {
    connect(port(Kind.DASHBOARD, 0), "orders");
    order(LINE);
    JsonObject frame = next("order_created");
    assertThat(frame.getString("address")).isEqualTo("orders");
    assertThat(frame.getJsonObject("headers").getString("traceparent")).isEqualTo(LINE);
    assertThat(frame.getJsonObject("headers").getString("position")).matches("\\d+");

    order("00-not-a-trace");
    assertThat(next("order_created").getJsonObject("headers").fieldNames())
        .containsExactly("position");
  }

  @Test
  void fromAPostOnOneChatToABrowserOfTheOther() throws Exception {
    String room = "room:trace-" + System.nanoTime();
    connect(port(Kind.CHAT, 1), room);
    BridgeSocket poster =
        await(BridgeSocket.connect(sockets, port(Kind.CHAT, 0), tokens.of("tracer"), frame -> {}));
    JsonObject post =
        new JsonObject()
            .put("room", room.substring("room:".length()))
            .put("text", "hi")
            .put("client_id", "t-1");
    await(poster.send("chat.messages.post", post, new JsonObject().put("traceparent", LINE)));
    assertThat(next("new_message").getJsonObject("headers").getString("traceparent"))
        .isEqualTo(LINE);

    await(poster.send("chat.messages.post", post.put("client_id", "t-2")));
    assertThat(next("new_message").getJsonObject("headers").fieldNames())
        .containsExactly("position");
  }

  private void connect(int port, String topic) throws Exception {
    BridgeSocket browser =
        await(BridgeSocket.connect(sockets, port, tokens.of("watcher"), heard::add));
    await(browser.register(topic, new JsonObject()));
  }

  private void order(String traceparent) throws Exception {
    HttpClientResponse response =
        await(
            client
                .request(HttpMethod.POST, port(Kind.ORDERS, 0), "127.0.0.1", "/orders")
                .compose(
                    request ->
                        request
                            .putHeader("Content-Type", "application/json")
                            .putHeader("traceparent", traceparent)
                            .send(ORDER.toBuffer())));
    assertThat(response.statusCode()).isEqualTo(201);
  }

  /** Of this test's own: others may order at the same time. */
  private JsonObject next(String event) throws InterruptedException {
    while (true) {
      JsonObject frame = heard.poll(20, TimeUnit.SECONDS);
      assertThat(frame).as("a frame in time").isNotNull();
      JsonObject body = frame.getJsonObject("body", new JsonObject());
      JsonObject payload = body.getJsonObject("payload", new JsonObject());
      boolean others =
          !List.of("trace", "tracer").contains(payload.getString("customer", "tracer"));
      if (event.equals(body.getString("event")) && !others) {
        return frame;
      }
    }
  }

  private int port(Kind kind, int index) {
    return system.layout().instances(kind).get(index).httpPort();
  }
}

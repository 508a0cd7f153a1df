package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.TopicPolicy;
import dev.rollcall.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Browsers of one room, with a real replica: some go while others come. */
class RoomPresenceTest {
  private static final String HOST = "127.0.0.1";
  private static final String TOPIC = "here:a";

  /** How long the list takes to be told, as where names are fetched from a database. */
  private static final long FETCH_MILLIS = 200;

  private final Service[] service = new Service[1];
  private Node node;
  private HttpClient http;
  private WebSocketClient sockets;

  private static final class Service extends VerticleBase {
    private final Node node;
    private HttpServer server;

    Service(Node node) {
      this.node = node;
    }

    @Override
    public Future<?> start() {
      Router router = Router.router(vertx);
      TopicPolicy present = TopicPolicy.everyone().present((user, topic) -> new JsonObject());
      Bridge.on(node).topic("here:*", present).mount(router);
      return vertx
          .deployVerticle(new ReplicaVerticle(node))
          .compose(replica -> node.listen(router))
          .onSuccess(listening -> server = listening);
    }
  }

  @BeforeEach
  void start() throws Exception {
    node = TestNode.start(made -> service[0] = new Service(made));
    node.presence()
        .fetch(
            "here:",
            (topic, keys) ->
                node.vertx().timer(FETCH_MILLIS).map(late -> Map.<String, JsonObject>of()));
    http = node.vertx().createHttpClient();
    sockets = node.vertx().createWebSocketClient();
  }

  @AfterEach
  void stop() throws Exception {
    TestNode.await(node.close());
  }

  private record Browser(WebSocket socket, BlockingQueue<JsonObject> heard) {
    void say(String type) throws Exception {
      JsonObject frame = new JsonObject().put("type", type).put("address", TOPIC);
      TestNode.await(socket.writeTextMessage(frame.encode()));
    }

    /** Returns the payload of the next such event; what comes before it is passed over. */
    JsonObject until(String event) throws InterruptedException {
      while (true) {
        JsonObject frame = heard.poll(5, TimeUnit.SECONDS);
        assertThat(frame).as(event).isNotNull();
        JsonObject body = frame.getJsonObject("body");
        if (body.getString("event").equals(event)) {
          return body.getJsonObject("payload");
        }
      }
    }

    void untilJoined(String user) throws InterruptedException {
      while (!until("presence_diff").getJsonObject("joins").containsKey(user)) {
        // Others come and go before.
      }
    }
  }

  private Browser open(String user) throws Exception {
    int port = service[0].server.actualPort();
    String cookie =
        TestNode.await(
            http.request(HttpMethod.POST, port, HOST, "/login")
                .compose(login -> login.send(new JsonObject().put("name", user).toBuffer()))
                .map(HttpClientResponse::cookies)
                .map(cookies -> cookies.get(0)));
    BlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost(HOST)
            .setPort(port)
            .setURI("/eventbus/websocket")
            .addHeader("Cookie", cookie.substring(0, cookie.indexOf(';')));
    WebSocket socket =
        TestNode.await(
            sockets
                .connect(options)
                .map(open -> open.textMessageHandler(text -> heard.add(new JsonObject(text)))));
    return new Browser(socket, heard);
  }

  /** Eve is no browser of this node, for whom the topic would be followed anew. */
  @Test
  void whoComesWhileTheLastOneGoesHearsOfThoseWhoComeAfter() throws Exception {
    Browser ana = open("ana");
    Browser bob = open("bob");
    ana.say("register");
    ana.until("presence_state");
    TestNode.await(node.vertx().timer(5 * FETCH_MILLIS));
    bob.say("register");
    TestNode.await(node.vertx().timer(FETCH_MILLIS / 10));
    ana.say("unregister");
    bob.until("presence_state");
    TestNode.await(node.presence().session().track(TOPIC, "eve", new JsonObject()));
    bob.untilJoined("eve");
  }
}

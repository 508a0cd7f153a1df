package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One raw WebSocket and the frames that it received.
 *
 * @param connector held, since Vert.x closes the sockets of one that is nobody's any more
 */
record TestClient(WebSocketClient connector, WebSocket socket, BlockingQueue<JsonObject> received) {
  private static final int WAIT_SECONDS = 10;

  static TestClient of(TestNodes.Served served, String user) {
    return connect(served, Map.of("Cookie", "rollcall_token=" + token(served, user)));
  }

  static TestClient connect(TestNodes.Served served, Map<String, String> headers) {
    WebSocketClient connector = served.node().vertx().createWebSocketClient();
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(served.port())
            .setURI("/eventbus/websocket")
            .setHeaders(MultiMap.caseInsensitiveMultiMap().addAll(headers));
    BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();
    return TestNodes.await(
        connector
            .connect(options)
            .map(open -> open.textMessageHandler(text -> received.add(new JsonObject(text))))
            .map(open -> new TestClient(connector, open, received)));
  }

  private static String token(TestNodes.Served served, String user) {
    return TestNodes.token(served.node(), user, 60);
  }

  TestClient say(String frame) {
    TestNodes.await(socket.writeTextMessage(frame.replace('\'', '"')));
    return this;
  }

  TestClient register(String topic) {
    return say("{'type':'register','address':'" + topic + "'}");
  }

  /** Registers, and returns what the bridge acknowledges. */
  JsonObject registered(String topic, JsonObject headers) {
    JsonObject frame = new JsonObject().put("type", "register").put("address", topic);
    say(frame.put("headers", headers).put("replyAddress", "ack").encode());
    return until("ack");
  }

  /** Returns the next frame. */
  JsonObject next() {
    try {
      JsonObject frame = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      assertThat(frame).as("a frame within %s s", WAIT_SECONDS).isNotNull();
      return frame;
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  /** Waits until what was said before has been dealt with: the next frame is the echo of this. */
  void settled() {
    say("{'type':'send','address':'echo','replyAddress':'settled','body':{}}");
    assertThat(next().getString("address")).isEqualTo("settled");
  }

  /** Returns the next frame at this address; those before it are dropped. */
  JsonObject until(String address) {
    JsonObject frame = next();
    while (!address.equals(frame.getString("address"))) {
      frame = next();
    }
    return frame;
  }

  /** Returns the next frame with this event in its body; those before it are dropped. */
  JsonObject untilEvent(String event) {
    JsonObject frame = next();
    while (!(frame.getValue("body") instanceof JsonObject body)
        || !event.equals(body.getString("event"))) {
      frame = next();
    }
    return frame.getJsonObject("body").getJsonObject("payload");
  }

  /** Waits until the server has closed it, and returns the status. */
  int closed() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (!socket.isClosed()) {
      assertThat(System.nanoTime()).as("closed in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
    return socket.closeStatusCode();
  }
}

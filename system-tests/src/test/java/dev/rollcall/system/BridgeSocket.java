package dev.rollcall.system;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One WebSocket at a bridge. May be used from any thread. */
final class BridgeSocket {
  private final WebSocket socket;
  private final Consumer<JsonObject> heard;
  private final Map<String, Promise<JsonObject>> requests = new HashMap<>();
  private final Promise<Void> gone = Promise.promise();
  private int count;

  private BridgeSocket(WebSocket socket, Consumer<JsonObject> heard) {
    this.socket = socket;
    this.heard = heard;
  }

  /**
   * @param heard told of each frame that answers nothing, in their order, on the socket's event
   *     loop; an answer is told there too, in its place among them
   */
  static Future<BridgeSocket> connect(
      WebSocketClient client, int port, String token, Consumer<JsonObject> heard) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI("/eventbus/websocket")
            .addHeader("Authorization", "Bearer " + token);
    Promise<BridgeSocket> connected = Promise.promise();
    client
        .connect(options)
        .onSuccess(open -> connected.complete(new BridgeSocket(open, heard).opened()))
        .onFailure(connected::fail);
    return connected.future();
  }

  private BridgeSocket opened() {
    socket.textMessageHandler(this::receive);
    socket.exceptionHandler(fault -> end());
    socket.closeHandler(closed -> end());
    return this;
  }

  Future<JsonObject> register(String topic, JsonObject headers) {
    return ask(
        new JsonObject().put("type", "register").put("address", topic).put("headers", headers));
  }

  Future<JsonObject> send(String address, JsonObject body) {
    return send(address, body, new JsonObject());
  }

  Future<JsonObject> send(String address, JsonObject body, JsonObject headers) {
    JsonObject frame = new JsonObject().put("type", "send").put("address", address);
    return ask(frame.put("body", body).put("headers", headers));
  }

  /** Completes when the socket has gone, however. */
  Future<Void> gone() {
    return gone.future();
  }

  /** Takes leave. */
  Future<Void> close() {
    return socket.close();
  }

  /** Is cut without a word of WebSocket's: the TCP connection is reset. */
  void reset() {
    Channel channel = ((WebSocketInternal) socket).channelHandlerContext().channel();
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.close().addListener(closed -> end());
  }

  private Future<JsonObject> ask(JsonObject frame) {
    Promise<JsonObject> answer = Promise.promise();
    String replyAddress = await(answer);
    socket
        .writeTextMessage(frame.put("replyAddress", replyAddress).encode())
        .onFailure(answer::tryFail);
    return answer.future();
  }

  private synchronized String await(Promise<JsonObject> answer) {
    String replyAddress = "r" + ++count;
    if (gone.future().isComplete()) {
      answer.fail("the socket has gone");
    } else {
      requests.put(replyAddress, answer);
    }
    return replyAddress;
  }

  private synchronized Promise<JsonObject> request(JsonObject frame) {
    return requests.remove(frame.getString("address", ""));
  }

  private void receive(String text) {
    JsonObject frame = new JsonObject(text);
    Promise<JsonObject> request = request(frame);
    if (request == null) {
      heard.accept(frame);
    } else if (frame.getString("type").equals("rec")) {
      request.tryComplete(frame.getJsonObject("body"));
    } else {
      request.tryFail(frame.encode());
    }
  }

  private void end() {
    gone.tryComplete();
    unanswered().forEach(request -> request.tryFail("the socket has gone"));
  }

  private synchronized List<Promise<JsonObject>> unanswered() {
    List<Promise<JsonObject>> all = List.copyOf(requests.values());
    requests.clear();
    return all;
  }
}

package dev.rollcall.system;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The dashboard as a browser has it, over one WebSocket. */
final class DashboardClient {
  private static final int SECONDS = 3_600;

  private final Consumer<JsonObject> orders;
  private final Map<String, Promise<JsonObject>> requests = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private WebSocket socket;
  private volatile String closed = "open";

  private DashboardClient(Consumer<JsonObject> orders) {
    this.orders = orders;
  }

  /**
   * Connects to the first instance, and follows the orders.
   *
   * @param orders told of each message on that topic, on the socket's event loop
   */
  static Future<DashboardClient> connect(
      Vertx vertx, Deployment system, Instance dashboard, Consumer<JsonObject> orders) {
    DashboardClient client = new DashboardClient(orders);
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(dashboard.httpPort())
            .setURI("/eventbus/websocket")
            .addHeader("Authorization", "Bearer " + token(vertx, system));
    return vertx
        .createWebSocketClient()
        .connect(options)
        .onSuccess(client::connected)
        .compose(open -> client.ask("register", "orders"))
        .map(registered -> client);
  }

  private void connected(WebSocket open) {
    socket = open;
    open.textMessageHandler(this::receive);
    open.closeHandler(closed -> closed(open.closeStatusCode() + " " + open.closeReason()));
  }

  private void closed(String why) {
    closed = why;
    requests.values().forEach(request -> request.tryFail(why));
  }

  /** Returns what the dashboard shows. */
  Future<JsonObject> snapshot() {
    return ask("send", "dashboard.snapshot").map(frame -> frame.getJsonObject("body"));
  }

  Future<Void> close() {
    return socket.close();
  }

  private Future<JsonObject> ask(String type, String address) {
    String replyAddress = "r" + count.incrementAndGet();
    Promise<JsonObject> answer = Promise.promise();
    requests.put(replyAddress, answer);
    JsonObject frame =
        new JsonObject()
            .put("type", type)
            .put("address", address)
            .put("replyAddress", replyAddress)
            .put("body", new JsonObject());
    return socket
        .writeTextMessage(frame.encode())
        .recover(failure -> Future.failedFuture(new IllegalStateException(closed, failure)))
        .compose(written -> answer.future());
  }

  private void receive(String text) {
    JsonObject frame = new JsonObject(text);
    Promise<JsonObject> request = requests.remove(frame.getString("address", ""));
    if (request != null) {
      answer(request, frame);
    } else if ("orders".equals(frame.getString("address"))) {
      orders.accept(frame.getJsonObject("body"));
    }
  }

  private static void answer(Promise<JsonObject> request, JsonObject frame) {
    if (frame.getString("type").equals("rec")) {
      request.complete(frame);
    } else {
      request.fail(frame.encode());
    }
  }

  private static String token(Vertx vertx, Deployment system) {
    PubSecKeyOptions key =
        new PubSecKeyOptions()
            .setAlgorithm("HS256")
            .setBuffer(system.environment().get("ROLLCALL_JWT_SECRET"));
    return JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(key))
        .generateToken(
            new JsonObject().put("sub", "olga"), new JWTOptions().setExpiresInSeconds(SECONDS));
  }
}

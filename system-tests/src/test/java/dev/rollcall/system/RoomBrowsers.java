package dev.rollcall.system;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Many browsers that speak the bridge's protocol over raw WebSockets, and what each is told. */
final class RoomBrowsers {
  static final String SECRET = "a secret that only this measurement has";

  private static final int MAX_FRAME_BYTES = 4 * 1024 * 1024;

  private final Vertx vertx;
  private final WebSocketClient client;
  private final JWTAuth tokens;

  RoomBrowsers(Vertx vertx) {
    this.vertx = vertx;
    this.client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions()
                .setMaxConnections(10_000)
                .setMaxFrameSize(MAX_FRAME_BYTES)
                .setMaxMessageSize(MAX_FRAME_BYTES));
    this.tokens =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addPubSecKey(new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(SECRET)));
  }

  /** One browser in one room, as the user whose number it has. */
  final class Browser {
    private final int user;
    private final String room;
    private WebSocket socket;
    private final BitSet present = new BitSet();
    private final long[] seenNanos;
    private volatile long registeredNanos;
    private int frames;
    private int leaves;
    private long bytes;
    private String error;

    private Browser(int user, String room, int users) {
      this.user = user;
      this.room = room;
      this.seenNanos = new long[users];
    }

    private Future<Browser> connect(int port) {
      String token =
          tokens.generateToken(
              new JsonObject().put("sub", "user-" + user),
              new JWTOptions().setExpiresInSeconds(3_600));
      return client
          .connect(
              new WebSocketConnectOptions()
                  .setHost("127.0.0.1")
                  .setPort(port)
                  .setURI("/eventbus/websocket")
                  .addHeader("Authorization", "Bearer " + token))
          .map(this::connected);
    }

    private Browser connected(WebSocket connected) {
      socket = connected;
      socket.textMessageHandler(this::receive);
      socket.closeHandler(closed -> fail("closed: " + socket.closeReason()));
      return this;
    }

    void register() {
      registeredNanos = System.nanoTime();
      socket.writeTextMessage(
          new JsonObject().put("type", "register").put("address", room).encode());
    }

    private synchronized void receive(String text) {
      long nowNanos = System.nanoTime();
      JsonObject frame = new JsonObject(text);
      if (!frame.getString("type").equals("rec")) {
        fail(text);
        return;
      }
      frames++;
      bytes += text.length();
      JsonObject body = frame.getJsonObject("body");
      JsonObject payload = body.getJsonObject("payload");
      if (body.getString("event").equals("presence_state")) {
        payload.fieldNames().forEach(key -> came(key, nowNanos));
      } else {
        payload.getJsonObject("joins").fieldNames().forEach(key -> came(key, nowNanos));
        payload.getJsonObject("leaves").fieldNames().forEach(this::left);
      }
    }

    private void came(String key, long nowNanos) {
      int number = number(key);
      present.set(number);
      seenNanos[number] = nowNanos;
    }

    private void left(String key) {
      present.clear(number(key));
      leaves++;
    }

    private synchronized void fail(String what) {
      error = error == null ? what : error;
    }

    synchronized int present() {
      return present.cardinality();
    }

    /** Returns how long it took this one to learn that the other had registered. */
    synchronized double millisUntilSeen(Browser other) {
      return (seenNanos[other.user] - other.registeredNanos) / 1e6;
    }

    synchronized int frames() {
      return frames;
    }

    synchronized int leaves() {
      return leaves;
    }

    synchronized long bytes() {
      return bytes;
    }

    /** Returns what went wrong, or null. */
    synchronized String error() {
      return error;
    }

    Future<Void> close() {
      socket.closeHandler(closed -> {});
      return socket.close();
    }
  }

  /**
   * Connects browsers of the users {@code from} on, spread over the ports; none has registered.
   *
   * @param users how many there will be in the room
   */
  List<Browser> connect(String room, int from, int count, int users, int... ports)
      throws Exception {
    List<Browser> browsers = new ArrayList<>();
    for (int user = from; user < from + count; user++) {
      Browser browser = new Browser(user, room, users);
      PresenceCluster.await(browser.connect(ports[user % ports.length]));
      browsers.add(browser);
    }
    return browsers;
  }

  /** Registers one after the other. */
  Future<Void> register(List<Browser> some, int everyMillis) {
    Promise<Void> done = Promise.promise();
    Iterator<Browser> next = some.iterator();
    vertx.setPeriodic(
        everyMillis,
        timer -> {
          if (next.hasNext()) {
            next.next().register();
          } else {
            vertx.cancelTimer(timer);
            done.complete();
          }
        });
    return done.future();
  }

  /** Waits until it is so for all of them. */
  void await(List<Browser> browsers, Duration within, Predicate<Browser> reached) throws Exception {
    long deadlineNanos = System.nanoTime() + within.toNanos();
    Future<Void> all = Future.future(done -> check(browsers, reached, deadlineNanos, done));
    PresenceCluster.await(all);
  }

  private void check(
      List<Browser> browsers, Predicate<Browser> reached, long deadlineNanos, Promise<Void> done) {
    if (browsers.stream().allMatch(reached)) {
      done.complete();
    } else if (System.nanoTime() > deadlineNanos) {
      long fewer = browsers.stream().filter(reached.negate()).count();
      done.fail(new TimeoutException(fewer + " of " + browsers.size() + " were not told all"));
    } else {
      vertx.setTimer(5, timer -> check(browsers, reached, deadlineNanos, done));
    }
  }

  private static int number(String key) {
    return Integer.parseInt(key.substring("user-".length()));
  }
}

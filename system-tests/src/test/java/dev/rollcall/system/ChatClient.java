package dev.rollcall.system;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page of the chat, as far as a service can tell: in some rooms, by a WebSocket that it makes
 * anew when it has gone, at the same instance or another, with the positions that it has. What it
 * knows may be read from any thread.
 */
final class ChatClient {
  private static final Logger LOG = LoggerFactory.getLogger(ChatClient.class);

  private static final int MOST_PAUSE_MILLIS = 100;
  private static final long AGAIN_MILLIS = 100;
  private static final int PAGE = 100;

  /** Long before the service would say that nobody answers: it is posted again by another way. */
  private static final long ANSWER_MILLIS = 1_500;

  private final Vertx vertx;
  private final WebSocketClient client;
  private final String user;
  private final String token;
  private final List<Integer> ports;
  private final Random random;
  private final Map<String, RoomCopy> rooms = new TreeMap<>();
  private final List<String> errors = new ArrayList<>();
  private BridgeSocket socket;
  private boolean left;
  private int returns;
  private int loads;

  ChatClient(
      Vertx vertx,
      WebSocketClient client,
      String user,
      String token,
      List<Integer> ports,
      List<String> rooms,
      Random random) {
    this.vertx = vertx;
    this.client = client;
    this.user = user;
    this.token = token;
    this.ports = ports;
    this.random = random;
    rooms.forEach(room -> this.rooms.put("room:" + room, new RoomCopy(room)));
  }

  /** Connects, however long that takes, and is in its rooms when it completes. */
  Future<Void> enter() {
    return connect().compose(this::register);
  }

  private Future<BridgeSocket> connect() {
    return BridgeSocket.connect(client, anyPort(), token, this::hear)
        .onSuccess(this::connected)
        .recover(
            fault ->
                hasLeft()
                    ? Future.failedFuture(fault)
                    : vertx.timer(AGAIN_MILLIS, MILLISECONDS).compose(later -> connect()));
  }

  private synchronized int anyPort() {
    return ports.get(random.nextInt(ports.size()));
  }

  private void connected(BridgeSocket open) {
    synchronized (this) {
      socket = open;
    }
    open.gone().onSuccess(gone -> comeBack());
    if (hasLeft()) {
      open.close();
    }
  }

  /** Where one of the rooms fails the connection is given up, and another one tries anew. */
  private Future<Void> register(BridgeSocket open) {
    List<Future<Void>> registered =
        rooms.values().stream()
            .map(copy -> open.register(copy.topic(), copy.headers()).compose(is -> in(copy, is)))
            .toList();
    return Future.all(registered).<Void>mapEmpty().onFailure(fault -> open.reset());
  }

  private Future<Void> in(RoomCopy copy, JsonObject answer) {
    return copy.acknowledged(answer) ? Future.succeededFuture() : load(copy);
  }

  private void comeBack() {
    long pauseMillis;
    synchronized (this) {
      socket = null;
      if (left) {
        return;
      }
      returns++;
      pauseMillis = 1L + random.nextInt(MOST_PAUSE_MILLIS);
    }
    vertx
        .timer(pauseMillis, MILLISECONDS)
        .compose(later -> enter())
        .onFailure(fault -> LOG.debug("{} did not come in", user, fault));
  }

  private void hear(JsonObject frame) {
    RoomCopy copy = rooms.get(frame.getString("address", ""));
    if (copy == null || !frame.getString("type", "").equals("rec")) {
      error(frame.encode());
    } else if (!copy.heard(frame)) {
      load(copy).onFailure(fault -> error(fault.toString()));
    }
  }

  /** Loads the room from its end back to where it has loaded it before. */
  private Future<Void> load(RoomCopy copy) {
    synchronized (this) {
      loads++;
    }
    return load(copy, Long.MAX_VALUE);
  }

  private Future<Void> load(RoomCopy copy, long before) {
    JsonObject body =
        new JsonObject().put("room", copy.room()).put("before", before).put("limit", PAGE);
    return again(() -> send("chat.messages.list", body))
        .compose(
            page -> {
              long next = copy.load(page);
              return next == 0 ? Future.<Void>succeededFuture() : load(copy, next);
            });
  }

  /**
   * Posts a message, and again as the same until it is answered.
   *
   * @return the number under which it is stored
   */
  Future<Long> post(String room, String clientId, String text) {
    JsonObject body =
        new JsonObject().put("room", room).put("client_id", clientId).put("text", text);
    return again(() -> send("chat.messages.post", body)).map(stored -> stored.getLong("number"));
  }

  private Future<JsonObject> again(Supplier<Future<JsonObject>> request) {
    return request
        .get()
        .recover(
            fault ->
                hasLeft()
                    ? Future.failedFuture(fault)
                    : vertx.timer(AGAIN_MILLIS, MILLISECONDS).compose(later -> again(request)));
  }

  private Future<JsonObject> send(String address, JsonObject body) {
    BridgeSocket open = socket();
    if (open == null) {
      return Future.failedFuture("not connected");
    }
    Promise<JsonObject> answer = Promise.promise();
    long late = vertx.setTimer(ANSWER_MILLIS, timer -> answer.tryFail(new TimeoutException()));
    open.send(address, body)
        .onSuccess(answer::tryComplete)
        .onFailure(answer::tryFail)
        .onComplete(ended -> vertx.cancelTimer(late));
    return answer.future();
  }

  private synchronized BridgeSocket socket() {
    return socket;
  }

  private synchronized void error(String frame) {
    errors.add(frame);
  }

  /** Loses its connection without a word, if it has one. */
  void cut() {
    BridgeSocket open = socket();
    if (open != null) {
      open.reset();
    }
  }

  void leave() {
    BridgeSocket open;
    synchronized (this) {
      left = true;
      open = socket;
    }
    if (open != null) {
      open.close();
    }
  }

  private synchronized boolean hasLeft() {
    return left;
  }

  String user() {
    return user;
  }

  /** Returns what it has, by topic. */
  Map<String, RoomCopy> rooms() {
    return rooms;
  }

  /** Returns how often its connection went. */
  synchronized int returns() {
    return returns;
  }

  /** Returns how often it had to load a room, since it could not be told what it had missed. */
  synchronized int loads() {
    return loads;
  }

  /** Returns what it was told that it had not asked for. */
  synchronized List<String> errors() {
    return List.copyOf(errors);
  }
}

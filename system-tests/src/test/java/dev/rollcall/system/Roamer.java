package dev.rollcall.system;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * A client of a chat room that goes to another instance when its own sends it away, as who it was,
 * and asks there for what it missed. What it knows may be read from any thread.
 */
final class Roamer {
  private static final long AGAIN_MILLIS = 200;

  private final Vertx vertx;
  private final WebSocketClient client;
  private final String user;
  private final String token;
  private final String room;
  private final int nextPort;

  private final TreeSet<Long> messages = new TreeSet<>();
  private final Map<String, Set<String>> present = new HashMap<>();
  private final Set<String> everGone = new HashSet<>();
  private final Map<String, Promise<JsonObject>> requests = new HashMap<>();
  private WebSocket socket;
  private String ref;
  private int requestCount;

  /** What it knew when it was cut: what two instances say comes in no order of both. */
  private Set<Long> had = Set.of();

  private long announcedMillis = -1;
  private long cutNanos;
  private long awayNanos = -1;
  private String error;

  /**
   * Returns a client that is not connected.
   *
   * @param nextPort where it goes when it is sent away
   */
  Roamer(
      Vertx vertx, WebSocketClient client, String user, String token, String room, int nextPort) {
    this.vertx = vertx;
    this.client = client;
    this.user = user;
    this.token = token;
    this.room = room;
    this.nextPort = nextPort;
  }

  /** Connects, registers and asks for what there is; completes when all of that is done. */
  Future<Void> enter(int port) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI("/eventbus/websocket")
            .addHeader("Authorization", "Bearer " + token);
    return client
        .connect(options)
        .onSuccess(this::connected)
        .compose(open -> ask(registration()))
        .onSuccess(this::registered)
        .compose(registered -> catchUp(Long.MAX_VALUE));
  }

  private synchronized void connected(WebSocket open) {
    socket = open;
    open.textMessageHandler(this::receive);
    open.closeHandler(closed -> moveOn(open));
  }

  private JsonObject registration() {
    JsonObject headers = ref == null ? new JsonObject() : new JsonObject().put("phx_ref", ref);
    return new JsonObject()
        .put("type", "register")
        .put("address", "room:" + room)
        .put("headers", headers);
  }

  private synchronized void registered(JsonObject answer) {
    ref = answer.getString("phx_ref");
    if (cutNanos != 0) {
      awayNanos = System.nanoTime() - cutNanos;
    }
  }

  /** Asks for older and older messages, down to a page that it had before it moved. */
  private Future<Void> catchUp(long before) {
    JsonObject body = new JsonObject().put("room", room).put("before", before);
    return again(() -> send("chat.messages.list", body)).compose(this::took);
  }

  private synchronized Future<Void> took(JsonObject page) {
    JsonArray listed = page.getJsonArray("messages");
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < listed.size(); i++) {
      ids.add(listed.getJsonObject(i).getLong("id"));
    }
    messages.addAll(ids);
    boolean all = had.containsAll(ids) || !page.getBoolean("more");
    return all ? Future.succeededFuture() : catchUp(listed.getJsonObject(0).getLong("number"));
  }

  /**
   * Posts a message, and returns the id under which it is stored. Where nobody knows whether it
   * was, it is posted again as the same.
   */
  Future<Long> say(String clientId) {
    JsonObject body =
        new JsonObject().put("room", room).put("text", "tick").put("client_id", clientId);
    return again(() -> send("chat.messages.post", body)).map(stored -> stored.getLong("id"));
  }

  private Future<JsonObject> again(Supplier<Future<JsonObject>> request) {
    return request
        .get()
        .recover(fault -> vertx.timer(AGAIN_MILLIS, MILLISECONDS).compose(later -> again(request)));
  }

  private Future<JsonObject> send(String address, JsonObject body) {
    return ask(new JsonObject().put("type", "send").put("address", address).put("body", body));
  }

  private synchronized Future<JsonObject> ask(JsonObject frame) {
    String replyAddress = "r" + ++requestCount;
    Promise<JsonObject> answer = Promise.promise();
    requests.put(replyAddress, answer);
    return socket
        .writeTextMessage(frame.put("replyAddress", replyAddress).encode())
        .compose(written -> answer.future());
  }

  private synchronized void receive(String text) {
    JsonObject frame = new JsonObject(text);
    if (frame.containsKey("event")) {
      told(frame);
      return;
    }
    Promise<JsonObject> request = requests.remove(frame.getString("address"));
    if (request != null) {
      answer(request, frame);
    } else if (frame.getString("type").equals("rec")) {
      hear(frame.getJsonObject("body"));
    } else {
      error = text;
    }
  }

  private static void answer(Promise<JsonObject> request, JsonObject frame) {
    if (frame.getString("type").equals("rec")) {
      request.complete(frame.getJsonObject("body"));
    } else {
      request.fail(frame.encode());
    }
  }

  private void told(JsonObject frame) {
    if (frame.getString("event").equals("reconnect")) {
      WebSocket leaving = socket;
      announcedMillis = frame.getJsonObject("message").getLong("in_millis");
      vertx.setTimer(Math.max(1, announcedMillis), timer -> moveOn(leaving));
    }
  }

  private synchronized void moveOn(WebSocket leaving) {
    if (socket != leaving) {
      return;
    }
    socket = null;
    cutNanos = System.nanoTime();
    had = Set.copyOf(messages);
    requests.clear();
    leaving.close();
    enter(nextPort).onFailure(fault -> fail(fault.toString()));
  }

  private synchronized void fail(String what) {
    error = what;
  }

  private void hear(JsonObject body) {
    JsonObject payload = body.getJsonObject("payload");
    switch (body.getString("event")) {
      case "new_message" -> messages.add(payload.getLong("id"));
      case "presence_state" -> {
        present.clear();
        payload.fieldNames().forEach(key -> add(key, payload.getJsonObject(key)));
      }
      case "presence_diff" -> fold(payload);
      default -> error = body.encode();
    }
  }

  private void fold(JsonObject diff) {
    JsonObject joins = diff.getJsonObject("joins");
    JsonObject leaves = diff.getJsonObject("leaves");
    joins.fieldNames().forEach(key -> add(key, joins.getJsonObject(key)));
    for (String key : leaves.fieldNames()) {
      Set<String> refs = present.getOrDefault(key, new HashSet<>());
      refs(leaves.getJsonObject(key)).forEach(refs::remove);
      if (refs.isEmpty()) {
        everGone.add(key);
      }
    }
  }

  private void add(String key, JsonObject presence) {
    present.computeIfAbsent(key, name -> new HashSet<>()).addAll(refs(presence));
  }

  private static Set<String> refs(JsonObject presence) {
    Set<String> refs = new HashSet<>();
    JsonArray metas = presence.getJsonArray("metas");
    for (int i = 0; i < metas.size(); i++) {
      refs.add(metas.getJsonObject(i).getString("phx_ref"));
    }
    return refs;
  }

  synchronized void leave() {
    WebSocket leaving = socket;
    socket = null;
    if (leaving != null) {
      leaving.close();
    }
  }

  String user() {
    return user;
  }

  synchronized Set<Long> messages() {
    return new TreeSet<>(messages);
  }

  /** Returns who has one session at least, as this client was told. */
  synchronized long present() {
    return present.values().stream().filter(refs -> !refs.isEmpty()).count();
  }

  /** Returns who was told to have left with their last session, also if they came back. */
  synchronized Set<String> everGone() {
    return new TreeSet<>(everGone);
  }

  /** Returns when it was told to go, from when it was told; -1 when it was not. */
  synchronized long announcedMillis() {
    return announcedMillis;
  }

  /** Returns how long it was not registered, when it has moved. */
  synchronized long awayMillis() {
    return awayNanos < 0 ? -1 : awayNanos / 1_000_000;
  }

  synchronized String error() {
    return error;
  }
}

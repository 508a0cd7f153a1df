package dev.rollcall.system.lab;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.rollcall.system.lab.TopicCopy.Leave;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A browser with a page of ours, as far as the services can tell: it connects, comes back when its
 * connection went, by the same pauses and patience, with the presences and positions that it has.
 * Safe for concurrent use.
 */
final class Visitor {
  private static final long STEADY_NANOS = 5_000_000_000L;
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long MOST_PAUSE_MILLIS = 5_000;
  private static final int PAGE = 100;

  /** Somebody was seen to leave, by a browser at a pod. */
  record Seen(String viewer, Pod at, String topic, Leave leave, long nanos) {}

  /** A word that is stored nowhere was heard. */
  interface Hearing {
    void heard(Visitor who, String topic, String from);
  }

  private final Vertx vertx;
  private final WebSocketClient client;
  private final String user;
  private final String token;
  private final Supplier<Optional<Pod>> way;
  private final Hearing hearing;
  private final Random random = new Random();
  private final Map<String, TopicCopy> topics = new TreeMap<>();
  private final List<Seen> seen = new ArrayList<>();
  private final Whereabouts whereabouts = new Whereabouts(System::nanoTime);
  private Line line;
  private Pod pod;
  private boolean gone;
  private int attempt;
  private int loads;
  private long openedNanos;

  Visitor(
      Vertx vertx,
      WebSocketClient client,
      String user,
      String token,
      Supplier<Optional<Pod>> way,
      List<String> topics,
      Hearing hearing) {
    this.vertx = vertx;
    this.client = client;
    this.user = user;
    this.token = token;
    this.way = way;
    this.hearing = hearing;
    topics.forEach(topic -> this.topics.put(topic, new TopicCopy(topic)));
  }

  void enter() {
    open();
  }

  private synchronized void open() {
    if (gone) {
      return;
    }
    Optional<Pod> target = way.get();
    if (target.isEmpty()) {
      again();
      return;
    }
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost(target.get().address())
            .setPort(Pod.HTTP_PORT)
            .setURI("/eventbus/websocket")
            .setConnectTimeout(Line.PATIENCE_MILLIS)
            .setTimeout(Line.PATIENCE_MILLIS)
            .addHeader("Authorization", "Bearer " + token);
    client
        .connect(options)
        .onSuccess(open -> opened(new Line(vertx, open), target.get()))
        .onFailure(refused -> again());
  }

  private synchronized void again() {
    long most = Math.min(MOST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, 10));
    attempt++;
    long pause = Math.max(1, Math.round(most * (0.2 + 0.8 * random.nextDouble())));
    vertx.timer(pause, MILLISECONDS).onSuccess(later -> open());
  }

  private synchronized void opened(Line open, Pod at) {
    line = open;
    pod = at;
    openedNanos = System.nanoTime();
    open.open(frame -> receive(open, frame));
    open.gone().onSuccess(gone -> lost(open));
    List<Future<Void>> registered =
        topics.values().stream().map(copy -> register(copy, open)).toList();
    Future.all(registered).onSuccess(all -> in(open)).onFailure(fault -> open.end());
  }

  private Future<Void> register(TopicCopy copy, Line open) {
    JsonObject frame =
        new JsonObject()
            .put("type", "register")
            .put("address", copy.topic())
            .put("headers", copy.headers());
    return open.ask(frame).compose(answer -> acknowledged(copy, answer));
  }

  private Future<Void> acknowledged(TopicCopy copy, JsonObject answer) {
    boolean load;
    synchronized (this) {
      load = copy.acknowledged(answer);
    }
    return load ? load(copy) : Future.succeededFuture();
  }

  private synchronized void in(Line open) {
    if (open == line) {
      whereabouts.arrived(pod);
    }
  }

  private synchronized void lost(Line open) {
    if (open != line) {
      return;
    }
    line = null;
    whereabouts.left();
    if (System.nanoTime() - openedNanos > STEADY_NANOS) {
      attempt = 0;
    }
    again();
  }

  /** Fails when it is not connected, or not answered in time. */
  Future<JsonObject> send(String address, JsonObject body) {
    Line open;
    synchronized (this) {
      open = line;
    }
    JsonObject frame =
        new JsonObject().put("type", "send").put("address", address).put("body", body);
    return open == null ? Future.failedFuture("not connected") : open.ask(frame);
  }

  private void receive(Line from, JsonObject frame) {
    synchronized (this) {
      if (from != line) {
        return;
      }
    }
    if ("reconnect".equals(frame.getString("event"))) {
      moveLater(from, frame.getJsonObject("message").getLong("in_millis"));
    } else if (frame.getValue("body") instanceof JsonObject body) {
      hear(topics.get(frame.getString("address", "")), frame, body);
    }
  }

  private void moveLater(Line from, long millis) {
    vertx.timer(Math.max(1, millis), MILLISECONDS).onSuccess(now -> from.end());
  }

  private void hear(TopicCopy copy, JsonObject frame, JsonObject body) {
    JsonObject payload = body.getJsonObject("payload");
    boolean load = false;
    synchronized (this) {
      switch (body.getString("event", "")) {
        case "presence_state" -> see(copy, copy.state(payload));
        case "presence_diff" -> see(copy, copy.diff(payload));
        case "replay_incomplete" -> {
          copy.incomplete(payload.getLong("position"));
          load = true;
        }
        case "typing" -> hearing.heard(this, copy.topic(), payload.getString("user"));
        default -> load = stored(copy, frame);
      }
    }
    if (load) {
      load(copy).onFailure(fault -> giveUp());
    }
  }

  private static boolean stored(TopicCopy copy, JsonObject frame) {
    JsonObject headers = frame.getJsonObject("headers");
    String at = headers == null ? null : headers.getString("position");
    return at != null && copy.stored(Long.parseLong(at));
  }

  private void see(TopicCopy copy, List<Leave> left) {
    long now = System.nanoTime();
    left.forEach(each -> seen.add(new Seen(user, pod, copy.topic(), each, now)));
  }

  /** What the page does that was told to load anew. */
  private Future<Void> load(TopicCopy copy) {
    long upTo;
    synchronized (this) {
      loads++;
      upTo = copy.position();
    }
    if (copy.topic().startsWith("room:")) {
      return load(copy, Long.MAX_VALUE);
    }
    return send("dashboard.snapshot", new JsonObject().put("position", upTo))
        .map(snapshot -> take(copy, upTo));
  }

  private synchronized Void take(TopicCopy copy, long upTo) {
    copy.loaded(upTo);
    return null;
  }

  /** A message's number in its room is its position on the topic, as nothing else is stored. */
  private Future<Void> load(TopicCopy copy, long before) {
    JsonObject body =
        new JsonObject()
            .put("room", copy.topic().substring("room:".length()))
            .put("before", before)
            .put("limit", PAGE);
    return send("chat.messages.list", body)
        .compose(
            page -> {
              long next = take(copy, page);
              return next == 0 ? Future.succeededFuture() : load(copy, next);
            });
  }

  private synchronized long take(TopicCopy copy, JsonObject page) {
    JsonArray messages = page.getJsonArray("messages");
    boolean news = false;
    for (int i = 0; i < messages.size(); i++) {
      news |= copy.loadedOne(messages.getJsonObject(i).getLong("number"));
    }
    return news && page.getBoolean("more") ? messages.getJsonObject(0).getLong("number") : 0;
  }

  private void giveUp() {
    Line open;
    synchronized (this) {
      open = line;
    }
    if (open != null) {
      open.end();
    }
  }

  void leave() {
    synchronized (this) {
      gone = true;
    }
    giveUp();
  }

  String user() {
    return user;
  }

  List<String> topics() {
    return List.copyOf(topics.keySet());
  }

  Whereabouts whereabouts() {
    return whereabouts;
  }

  /** Reads what it has of a topic. */
  synchronized <T> T read(String topic, Function<TopicCopy, T> reading) {
    return reading.apply(topics.get(topic));
  }

  synchronized List<Seen> seen() {
    return List.copyOf(seen);
  }

  synchronized int loads() {
    return loads;
  }
}

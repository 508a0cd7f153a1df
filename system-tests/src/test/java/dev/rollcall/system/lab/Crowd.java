package dev.rollcall.system.lab;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.rollcall.system.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Everybody who uses the services all the while: guests in rooms, who talk and go wherever somebody
 * is ready; a watcher at each pod that browsers connect to, who goes nowhere else, so that each
 * node's view is seen; and shoppers.
 */
final class Crowd {
  static final List<String> ROOMS = List.of("room:lab-a", "room:lab-b");
  static final String DASHBOARD = "dashboard";
  static final String ORDERS = "orders";

  /** Those with presence. */
  static final List<String> PLACES = List.of("room:lab-a", "room:lab-b", DASHBOARD);

  private static final int GUESTS = 8;
  private static final int OPERATORS = 2;
  private static final int SHOPPERS = 3;
  private static final long POST_MILLIS = 500;
  private static final long SHOP_MILLIS = 300;

  /** Who says the same again sooner is not heard again. */
  private static final long SAY_MILLIS = 2_500;

  private final Vertx vertx;
  private final Pods pods;
  private final Issuer issuer;
  private final Random random = new Random();
  private final WebSocketClient sockets;
  private final HttpClient http;
  private final List<Visitor> visitors = new CopyOnWriteArrayList<>();
  private final Map<Pod, Visitor> watchers = new HashMap<>();
  private final List<Visitor> former = new ArrayList<>();
  private final List<Shopper> shoppers = new ArrayList<>();
  private final Words words = new Words(visitors);
  private final Set<String> posted = ConcurrentHashMap.newKeySet();
  private volatile boolean silent;
  private int posts;

  Crowd(Vertx vertx, Pods pods, Issuer issuer) {
    this.vertx = vertx;
    this.pods = pods;
    this.issuer = issuer;
    this.sockets =
        vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(1_000));
    this.http = vertx.createHttpClient();
  }

  void enter() {
    for (int i = 1; i <= GUESTS; i++) {
      talk(visitor("guest-" + i, anyOf(Kind.CHAT), ROOMS));
    }
    for (int i = 1; i <= OPERATORS; i++) {
      visitor("operator-" + i, anyOf(Kind.DASHBOARD), List.of(DASHBOARD, ORDERS));
    }
    watch();
    for (int i = 1; i <= SHOPPERS; i++) {
      Shopper shopper = new Shopper(vertx, http, "shopper-" + i, anyOf(Kind.ORDERS), SHOP_MILLIS);
      shoppers.add(shopper);
      shopper.enter();
    }
  }

  /** Sends a watcher to each pod that has none, and away from those that are no more. */
  synchronized void watch() {
    List<Pod> now = pods.all();
    List<Pod> over = watchers.keySet().stream().filter(pod -> !now.contains(pod)).toList();
    for (Pod pod : over) {
      Visitor watcher = watchers.remove(pod);
      visitors.remove(watcher);
      former.add(watcher);
      watcher.leave();
    }
    for (Pod pod : now) {
      if (pod.ready() && !watchers.containsKey(pod)) {
        watcher(pod).ifPresent(watcher -> watchers.put(pod, watcher));
      }
    }
  }

  private Optional<Visitor> watcher(Pod pod) {
    String user = "watcher-" + pod.name();
    return switch (pod.kind()) {
      case CHAT -> Optional.of(speak(visitor(user, () -> Optional.of(pod), ROOMS)));
      case DASHBOARD ->
          Optional.of(visitor(user, () -> Optional.of(pod), List.of(DASHBOARD, ORDERS)));
      default -> Optional.empty();
    };
  }

  private Supplier<Optional<Pod>> anyOf(Kind kind) {
    return () -> {
      List<Pod> ready = pods.of(kind).stream().filter(Pod::ready).toList();
      return ready.isEmpty()
          ? Optional.empty()
          : Optional.of(ready.get(random.nextInt(ready.size())));
    };
  }

  private Visitor visitor(String user, Supplier<Optional<Pod>> way, List<String> topics) {
    Visitor visitor =
        new Visitor(vertx, sockets, user, issuer.token(user), way, topics, words::heard);
    visitors.add(visitor);
    visitor.enter();
    return visitor;
  }

  private void talk(Visitor guest) {
    speak(guest);
    postLater(guest);
  }

  private Visitor speak(Visitor speaker) {
    long first = 1L + random.nextInt((int) SAY_MILLIS);
    vertx.setPeriodic(first, SAY_MILLIS, timer -> say(speaker, timer));
    return speaker;
  }

  private void say(Visitor speaker, long timer) {
    if (silent || !visitors.contains(speaker)) {
      vertx.cancelTimer(timer);
      return;
    }
    if (speaker.whereabouts().now().isEmpty()) {
      return;
    }
    String topic = ROOMS.get(0);
    Consumer<Throwable> failed = words.say(speaker, topic);
    speaker.send("chat.typing", room(topic)).onFailure(failed::accept);
  }

  private static JsonObject room(String topic) {
    return new JsonObject().put("room", topic.substring("room:".length()));
  }

  private void postLater(Visitor guest) {
    vertx
        .timer(POST_MILLIS / 2 + random.nextInt((int) POST_MILLIS), MILLISECONDS)
        .onSuccess(now -> post(guest));
  }

  private void post(Visitor guest) {
    if (silent) {
      return;
    }
    String topic = ROOMS.get(random.nextInt(ROOMS.size()));
    String id = nextId(guest);
    post(guest, room(topic).put("client_id", id).put("text", "says " + id));
  }

  private synchronized String nextId(Visitor guest) {
    return guest.user() + "-" + ++posts;
  }

  /** The same until it is answered. */
  private void post(Visitor guest, JsonObject message) {
    guest
        .send("chat.messages.post", message)
        .onSuccess(stored -> posted.add(message.getString("client_id")))
        .onSuccess(stored -> postLater(guest))
        .onFailure(
            fault -> vertx.timer(200, MILLISECONDS).onSuccess(later -> post(guest, message)));
  }

  List<Visitor> visitors() {
    return List.copyOf(visitors);
  }

  /** Returns those there are and those there were. */
  synchronized List<Visitor> everybody() {
    List<Visitor> all = new ArrayList<>(visitors);
    all.addAll(former);
    return all;
  }

  Optional<Visitor> named(String user) {
    return everybody().stream().filter(visitor -> visitor.user().equals(user)).findFirst();
  }

  Words words() {
    return words;
  }

  /** Returns the client's ids of the messages that were answered. */
  Set<String> posted() {
    return Set.copyOf(posted);
  }

  Set<String> ordered() {
    Set<String> all = new HashSet<>();
    shoppers.forEach(shopper -> all.addAll(shopper.placed()));
    return all;
  }

  /** Returns the sum of something over all that visitors have. */
  int sum(Function<TopicCopy, Integer> number) {
    int sum = 0;
    for (Visitor visitor : everybody()) {
      for (String topic : visitor.topics()) {
        sum += visitor.read(topic, number);
      }
    }
    return sum;
  }

  void leave() {
    silent = true;
    shoppers.forEach(Shopper::leave);
    visitors.forEach(Visitor::leave);
  }
}

package dev.rollcall.system;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Clients in some rooms, each in two, who post one message after another, and lose their
 * connections now and then. What they post, and when one is cut, follows from a seed.
 */
final class ChatCrowd {
  private static final int ROOMS = 4;
  private static final int CLIENTS = 9;
  private static final int MOST_PAUSE_MILLIS = 60;
  private static final int MOST_CUT_MILLIS = 700;

  private final Vertx vertx = Vertx.vertx();
  private final Random random;
  private final List<String> rooms;
  private final List<ChatClient> clients;

  /** By client id. */
  private final Map<String, String> posted = new ConcurrentHashMap<>();

  private final Map<String, Long> answered = new ConcurrentHashMap<>();
  private final List<Future<Void>> posting = new ArrayList<>();
  private volatile boolean ended;

  /**
   * @param name of the run: no other has rooms or clients of that name
   */
  ChatCrowd(Deployment system, String name, long seed) {
    random = new Random(seed);
    rooms = IntStream.range(0, ROOMS).mapToObj(i -> name + "-" + i).toList();
    UserTokens tokens = UserTokens.of(vertx, system);
    WebSocketClient sockets =
        vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(10 * CLIENTS));
    List<Integer> ports =
        system.layout().instances(Kind.CHAT).stream().map(Instance::httpPort).toList();
    clients =
        IntStream.range(0, CLIENTS)
            .mapToObj(i -> client(sockets, tokens, name + "-" + i, ports, i))
            .toList();
  }

  private ChatClient client(
      WebSocketClient sockets, UserTokens tokens, String user, List<Integer> ports, int number) {
    int first = number % ROOMS;
    int second = (first + 1 + number / ROOMS) % ROOMS;
    List<String> two = List.of(rooms.get(first), rooms.get(second));
    return new ChatClient(
        vertx, sockets, user, tokens.of(user), ports, two, new Random(random.nextLong()));
  }

  /** Returns when all are in their rooms, and post. */
  void begin() throws Exception {
    PresenceCluster.await(Future.all(clients.stream().map(ChatClient::enter).toList()));
    clients.forEach(client -> posting.add(post(client, new Random(random.nextLong()), 1)));
    cutLater();
  }

  private Future<Void> post(ChatClient client, Random choice, int number) {
    List<RoomCopy> in = List.copyOf(client.rooms().values());
    String room = in.get(choice.nextInt(in.size())).room();
    String id = client.user() + "-" + number;
    String text = "message " + number + " of " + client.user();
    posted.put(id, text);
    return client
        .post(room, id, text)
        .onSuccess(stored -> answered.put(id, stored))
        .compose(stored -> vertx.timer(1L + choice.nextInt(MOST_PAUSE_MILLIS), MILLISECONDS))
        .compose(later -> ended ? Future.succeededFuture() : post(client, choice, number + 1));
  }

  private void cutLater() {
    vertx.setTimer(
        1L + random.nextInt(MOST_CUT_MILLIS),
        timer -> {
          if (!ended) {
            clients.get(random.nextInt(clients.size())).cut();
            cutLater();
          }
        });
  }

  /** Cuts nobody any more; returns when all that was posted is answered. */
  void end() throws Exception {
    ended = true;
    PresenceCluster.await(Future.all(posting));
  }

  List<String> rooms() {
    return rooms;
  }

  List<ChatClient> clients() {
    return clients;
  }

  /** Returns what was posted, by client id. */
  Map<String, String> posted() {
    return posted;
  }

  /** Returns under which number it is said to be stored, by client id. */
  Map<String, Long> answered() {
    return answered;
  }

  /** Returns the last position of a topic that anybody has. */
  long heard(String topic) {
    return clients.stream()
        .filter(client -> client.rooms().containsKey(topic))
        .mapToLong(client -> client.rooms().get(topic).position())
        .max()
        .orElseThrow();
  }

  void close() throws Exception {
    ended = true;
    clients.forEach(ChatClient::leave);
    PresenceCluster.await(vertx.close());
  }
}

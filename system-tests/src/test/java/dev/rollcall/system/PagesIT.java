package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thousand pages come and go, half of them without a word, and nothing is left of them: on a
 * system of their own, where nobody else is who comes or goes meanwhile.
 */
@Timeout(120)
class PagesIT {
  private static final int PAGES = 1_000;
  private static final int ROOMS = 20;
  private static final int AT_ONCE = 50;

  private static final Duration SOON = Duration.ofSeconds(15);

  /** What a bridge keeps of a page, on the nodes that have one. */
  private static final List<String> OF_A_BRIDGE =
      List.of(
          "rollcall_bridge_connections",
          "rollcall_bridge_subscriptions",
          "rollcall_bridge_topics",
          "rollcall_bridge_waiting_bytes",
          "rollcall_pubsub_subscribers",
          "rollcall_pubsub_topics",
          "rollcall_presence_tracked",
          "rollcall_presence_followed");

  private static final List<String> OF_A_REPLICA =
      List.of(
          "rollcall_replica_presences",
          "rollcall_replica_topics",
          "rollcall_replica_followed",
          "rollcall_replica_unfinished");

  /**
   * Less than a part of the pages would leave. What a node remembers for a while, and up to a
   * bound, is in {@link #REMEMBERED}.
   */
  private static final int FEW = 100;

  private static final List<String> REMEMBERED =
      List.of(
          // Tokens that were found to be good, 2,000 at most.
          "bridge.VerifiedTokens$Verified",
          "bridge.ClaimRules$Claims",
          "bridge.Identity",
          "bridge.BridgeUser",
          // The last that a node did, for replicas that missed it.
          "presence.Operation",
          "presence.Entry",
          "presence.Ref");

  private static Deployment system;

  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient sockets =
      vertx.createWebSocketClient(
          new WebSocketClientOptions()
              .setMaxConnections(4 * PAGES)
              // All are told who is there, in one frame.
              .setMaxFrameSize(1024 * 1024));
  private final List<Instance> chats = system.layout().instances(Kind.CHAT);
  private final Instance dashboard = system.layout().instances(Kind.DASHBOARD).get(0);
  private final UserTokens tokens = UserTokens.of(vertx, system);

  @BeforeAll
  static void start() throws Exception {
    system = OwnSystem.start("pages", Layout.standard().with(Kind.CHAT, 2));
  }

  @AfterAll
  static void end() {
    if (system != null) {
      system.close();
    }
  }

  @AfterEach
  void close() throws Exception {
    PresenceCluster.await(vertx.close());
  }

  @Test
  void nothingIsLeftOfPagesThatAreClosedOrCut() throws Exception {
    Eventually.await("nobody else is there", SOON, this::isEmpty);
    // What is made once, with the first page, is there before it is counted.
    leave(open(AT_ONCE));
    Eventually.await("the first have gone", SOON, this::isEmpty);
    Map<String, Double> before = gauges();
    Map<String, Long> objectsBefore = objects();

    List<BridgeSocket> pages = open(PAGES);
    assertThat(sum("rollcall_bridge_connections")).isEqualTo(2.0 * PAGES);
    assertThat(sum("rollcall_bridge_subscriptions")).isEqualTo(4.0 * PAGES);
    assertThat(sum("rollcall_presence_tracked")).isEqualTo(2.0 * PAGES);
    Eventually.await("all are present", SOON, () -> presences() == 2 * PAGES);
    leave(pages);

    long leftNanos = System.nanoTime();
    boolean same = Eventually.holds(SOON, () -> gauges().equals(before));
    assertThat(gauges()).isEqualTo(before);
    assertThat(same).isTrue();
    System.out.printf(
        "%,d pages: nothing of them is left %.1f s after the last has gone%n",
        PAGES, (System.nanoTime() - leftNanos) / 1e9);
    assertThat(more(objectsBefore, objects())).as("objects left, by class").isEmpty();
  }

  /** Opens pages of the chat and the dashboard: two sockets each. */
  private List<BridgeSocket> open(int count) throws Exception {
    List<BridgeSocket> opened = new ArrayList<>();
    for (int first = 0; first < count; first += AT_ONCE) {
      opened.addAll(each(first, this::chatPage));
      opened.addAll(each(first, this::dashboardPage));
    }
    return opened;
  }

  private static List<BridgeSocket> each(int first, IntFunction<Future<BridgeSocket>> page)
      throws Exception {
    return PresenceCluster.await(
        Future.all(IntStream.range(first, first + AT_ONCE).mapToObj(page).toList())
            .map(all -> all.<BridgeSocket>list()));
  }

  private Future<BridgeSocket> chatPage(int number) {
    int port = chats.get(number % chats.size()).httpPort();
    String user = "page-" + number;
    return BridgeSocket.connect(sockets, port, tokens.of(user), frame -> {})
        .compose(
            open ->
                open.register("room:pages-" + number % ROOMS, new JsonObject())
                    .compose(in -> open.register("user:" + user, new JsonObject()))
                    .map(open));
  }

  private Future<BridgeSocket> dashboardPage(int number) {
    String token = tokens.of("page-" + number);
    return BridgeSocket.connect(sockets, dashboard.httpPort(), token, frame -> {})
        .compose(
            open ->
                open.register("orders", new JsonObject())
                    .compose(in -> open.register("dashboard", new JsonObject()))
                    .compose(in -> open.send("dashboard.snapshot", new JsonObject()))
                    .map(open));
  }

  /** Of the sockets of a page both are closed, or both are cut. */
  private static void leave(List<BridgeSocket> pages) throws Exception {
    for (int i = 0; i < pages.size(); i++) {
      BridgeSocket page = pages.get(i);
      if (i % 2 == 0) {
        page.reset();
      } else {
        PresenceCluster.await(page.close());
      }
    }
  }

  private boolean isEmpty() throws Exception {
    return sum("rollcall_bridge_connections") == 0
        && presences() == 0
        && Metrics.of(replica()).number("rollcall_replica_followed") == 0;
  }

  private double presences() throws Exception {
    return Metrics.of(replica()).number("rollcall_replica_presences");
  }

  private Instance replica() {
    return system.layout().instances(Kind.PRESENCE).get(0);
  }

  private List<Instance> bridges() {
    List<Instance> bridges = new ArrayList<>(chats);
    bridges.add(dashboard);
    return bridges;
  }

  private double sum(String name) throws Exception {
    double sum = 0;
    for (Instance bridge : bridges()) {
      sum += Metrics.of(bridge).number(name);
    }
    return sum;
  }

  /** Returns all that counts what there is now, by instance and name. */
  private Map<String, Double> gauges() throws Exception {
    Map<String, Double> gauges = new TreeMap<>();
    for (Instance bridge : bridges()) {
      Metrics metrics = Metrics.of(bridge);
      OF_A_BRIDGE.forEach(name -> gauges.put(bridge.name() + " " + name, metrics.number(name)));
    }
    Metrics metrics = Metrics.of(replica());
    OF_A_REPLICA.forEach(name -> gauges.put(replica().name() + " " + name, metrics.number(name)));
    return gauges;
  }

  /** Returns how many objects of Rollcall's classes each process has, and how many timers. */
  private Map<String, Long> objects() throws IOException, InterruptedException {
    Map<String, Long> objects = new TreeMap<>();
    List<Instance> all = bridges();
    all.add(replica());
    for (Instance instance : all) {
      LiveObjects.of(system.child(instance.name()).pid())
          .forEach((type, count) -> objects.put(instance.name() + " " + type, count));
    }
    return objects;
  }

  private static Map<String, Long> more(Map<String, Long> before, Map<String, Long> after) {
    Map<String, Long> more = new TreeMap<>();
    after.forEach(
        (type, count) -> {
          long added = count - before.getOrDefault(type, 0L);
          if (added > FEW && REMEMBERED.stream().noneMatch(type::endsWith)) {
            more.put(type, added);
          }
        });
    return more;
  }
}

package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.node.Node;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.impl.buffer.VertxByteBufAllocator;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A node under attack, and what there is to be seen of it from within. */
final class Target implements AutoCloseable {
  private static final long WAIT_SECONDS = 10;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** What reached a service that no client may reach. */
  final AtomicInteger leaked = new AtomicInteger();

  /** Sends to the service that answers when the test lets it. */
  final BlockingQueue<Message<Object>> unanswered = new LinkedBlockingQueue<>();

  private final TestNodes.Served served;

  /** The event loop that serves the node's sockets, and what it waited for its turns. */
  private volatile Context loop;

  private volatile TurnWaits waits;

  /** What the node itself has subscribed to. */
  private final int ownSubscribers;

  private Target(Map<String, String> variables) throws IOException {
    served =
        TestNodes.start(
            variables,
            (node, router) -> {
              waits = TurnWaits.ofCurrentThread();
              loop = Vertx.currentContext();
              mount(node, router);
            });
    var bus = served.node().vertx().eventBus();
    bus.consumer("echo", message -> message.reply(echo(message)));
    bus.consumer("late", unanswered::add);
    bus.consumer(
        "ask",
        first ->
            first
                .replyAndRequest("and you?")
                .onSuccess(second -> second.reply(new JsonArray().add(second.body()))));
    bus.consumer("secret", message -> leaked.incrementAndGet());
    bus.consumer("rollcall.secret", message -> leaked.incrementAndGet());
    ownSubscribers = served.node().pubSub().subscriberCount();
  }

  private static void mount(Node node, Router router) {
    Bridge.on(node)
        .linger(0)
        .topic("probe", TopicPolicy.everyone())
        .topic("room:*", TopicPolicy.everyone())
        .topic("latest", TopicPolicy.everyone().slow(SlowConsumer.LATEST))
        .topic("here:*", TopicPolicy.everyone().present((user, topic) -> new JsonObject()))
        .topic("club", TopicPolicy.allow((user, topic) -> user.name().equals("ana")))
        .send("echo")
        .send("late")
        .send("ask")
        .mount(router);
  }

  private static JsonObject echo(Message<Object> message) {
    return new JsonObject()
        .put("user", message.headers().getAll("user").toString())
        .put("got", message.body());
  }

  static Target start() throws IOException {
    return start(Map.of());
  }

  static Target start(Map<String, String> variables) throws IOException {
    return new Target(variables);
  }

  /** A node that takes all frames that come, so that what is done with them is seen. */
  static Target unlimited() throws IOException {
    return start(Map.of("ROLLCALL_MAX_FRAMES_PER_SECOND", "1000000"));
  }

  int port() {
    return served.port();
  }

  TestNodes.Served served() {
    return served;
  }

  TurnWaits waits() {
    return waits;
  }

  String token(String user) {
    return TestNodes.token(served.node(), user, 600);
  }

  void broadcast(String topic, String event, JsonObject payload) {
    served.node().pubSub().broadcast(topic, event, payload);
  }

  /** Broadcasts, and returns when the event loop has done what that takes. */
  void broadcastInTurn(String topic, String event, JsonObject payload) {
    broadcast(topic, event, payload);
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.runOnContext(turn -> done.complete(null));
    done.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Tells two topics in turns, the first by number, all in one turn of the event loop. */
  void inOneTurn(String topic, int from, String other, JsonObject payload, int times) {
    loop.runOnContext(
        turn -> {
          for (int i = 0; i < times; i++) {
            broadcast(topic, "said", new JsonObject().put("n", from + i));
            broadcast(other, "said", payload);
          }
        });
  }

  int connections() {
    return (int) metric("rollcall.bridge.connections");
  }

  int subscriptions() {
    return (int) metric("rollcall.bridge.subscriptions");
  }

  private int subscribers() {
    return served.node().pubSub().subscriberCount() - ownSubscribers;
  }

  int present() {
    return served.node().presence().trackedCount();
  }

  double metric(String name) {
    return served.node().metrics().get(name).gauge().value();
  }

  double count(String name, String... tags) {
    var counter = served.node().metrics().find(name).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  /** Returns what is counted by what is counted elsewhere. */
  double sum(String name, String... tags) {
    return served.node().metrics().get(name).tags(tags).functionCounter().count();
  }

  /** Waits until only so many are connected, and nothing is left of the others. */
  void awaitConnections(int count) {
    awaitThat("connections are " + count, () -> connections() == count);
    awaitThat("subscriptions are few", () -> subscriptions() <= count);
    awaitThat("nobody is present", () -> present() == 0);
    awaitThat("subscribers are few", () -> subscribers() <= count);
  }

  static void awaitThat(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s within %s s", what, WAIT_SECONDS).isLessThan(deadline);
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Returns what is on the heap once the garbage is gone. */
  static long heapBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Returns the bytes outside the heap that are there for sockets, in use or for the next use. */
  static long socketBytes() {
    return usedBytes(VertxByteBufAllocator.POOLED_ALLOCATOR)
        + usedBytes(PooledByteBufAllocator.DEFAULT);
  }

  private static long usedBytes(ByteBufAllocator allocator) {
    return ((ByteBufAllocatorMetricProvider) allocator).metric().usedDirectMemory();
  }

  @Override
  public void close() {
    served.close();
  }
}

package dev.rollcall.chat;

import static dev.rollcall.chat.TestServer.result;

import dev.rollcall.database.Database;
import dev.rollcall.database.EmbeddedDatabase;
import dev.rollcall.outbox.Outbox;
import dev.rollcall.outbox.Projection;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a message takes to be stored and announced where many are posted, evenly, to one room or
 * several: instances of the chat, their outboxes and what posts are this process, the PostgreSQL
 * another on the same machine. A delay counts from when the message was due to be posted.
 */
final class PostingMeasurement {
  private static final int WARM_UP_SECONDS = 10;

  private final int rate;
  private final int seconds;
  private final int rooms;
  private final List<Chat> chats = new ArrayList<>();
  private final List<Database> databases = new ArrayList<>();
  private final List<Context> contexts = new ArrayList<>();
  private final AtomicInteger failed = new AtomicInteger();
  private AtomicLongArray answeredNanos;
  private AtomicLongArray heardNanos;
  private String run = "";
  private long beginNanos;

  private PostingMeasurement(int rate, int seconds, int rooms) {
    this.rate = rate;
    this.seconds = seconds;
    this.rooms = rooms;
  }

  /** Takes how many a second, for how many seconds, to how many rooms, on how many instances. */
  public static void main(String[] args) throws Exception {
    int rate = Integer.parseInt(args[0]);
    int seconds = Integer.parseInt(args[1]);
    int rooms = Integer.parseInt(args[2]);
    new PostingMeasurement(rate, seconds, rooms).measure(Integer.parseInt(args[3]));
  }

  private void measure(int instances) throws Exception {
    Vertx vertx = Vertx.vertx();
    EmbeddedDatabase server = EmbeddedDatabase.start(Path.of("target", "measured"), 0);
    try {
      PubSub pubSub = PubSub.local(vertx);
      for (int i = 0; i < instances; i++) {
        Database database = result(Database.open(vertx, server.config(), "chat"));
        databases.add(database);
        Outbox outbox = result(Outbox.open(vertx, database, pubSub, Projection.NONE));
        Messages messages = new Messages(database, outbox);
        chats.add(new Chat(messages, new Rooms(database), pubSub, System::nanoTime));
        contexts.add(vertx.getOrCreateContext());
      }
      for (int room = 0; room < rooms; room++) {
        pubSub.subscribe("room:room-" + room, message -> hear(message.payload()));
      }
      post(WARM_UP_SECONDS);
      post(seconds);
    } finally {
      result(Future.join(databases.stream().map(Database::close).toList()));
      result(vertx.close());
      server.close();
    }
  }

  private void post(int forSeconds) {
    int count = rate * forSeconds;
    answeredNanos = new AtomicLongArray(count);
    heardNanos = new AtomicLongArray(count);
    failed.set(0);
    run = Long.toString(System.nanoTime(), 36);
    beginNanos = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long waitNanos = dueNanos(i) - System.nanoTime();
      if (waitNanos > 0) {
        LockSupport.parkNanos(waitNanos);
      }
      int number = i;
      contexts.get(i % contexts.size()).runOnContext(now -> post(run, number));
    }
    awaitAll(count);
    report(count);
  }

  private void post(String ofRun, int number) {
    JsonObject body =
        new JsonObject()
            .put("room", "room-" + number % rooms)
            .put("text", "Nothing is as plain as a message of usual length, @bob, is it?")
            .put("client_id", ofRun + "-" + number);
    Future<JsonObject> posted =
        chats.get(number % chats.size()).post(new Request("user-" + number % 100, null, body));
    posted
        .onSuccess(stored -> answeredNanos.set(number, System.nanoTime() - dueNanos(number)))
        .onFailure(failure -> failed.incrementAndGet());
  }

  private void hear(JsonObject message) {
    String[] clientId = message.getString("client_id").split("-", 2);
    if (clientId[0].equals(run)) {
      int number = Integer.parseInt(clientId[1]);
      heardNanos.compareAndSet(number, 0, System.nanoTime() - dueNanos(number));
    }
  }

  private long dueNanos(int number) {
    return beginNanos + number * 1_000_000_000L / rate;
  }

  private void awaitAll(int count) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (done(heardNanos) + failed.get() < count && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private static int done(AtomicLongArray nanos) {
    int done = 0;
    for (int i = 0; i < nanos.length(); i++) {
      done += nanos.get(i) > 0 ? 1 : 0;
    }
    return done;
  }

  private void report(int count) {
    System.out.printf(
        "%d posted at %d a second to %d rooms on %d instances, %d refused%n",
        count, rate, rooms, chats.size(), failed.get());
    System.out.println("  answered " + quantiles(answeredNanos));
    System.out.println("  heard    " + quantiles(heardNanos));
  }

  private static String quantiles(AtomicLongArray nanos) {
    long[] done = new long[nanos.length()];
    for (int i = 0; i < done.length; i++) {
      done[i] = nanos.get(i);
    }
    long[] sorted = Arrays.stream(done).filter(each -> each > 0).sorted().toArray();
    return sorted.length == 0
        ? "none"
        : "%d: p50 %.1f, p99 %.1f, max %.1f ms"
            .formatted(sorted.length, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
  }

  private static double at(long[] sorted, double quantile) {
    return sorted[(int) Math.min(sorted.length - 1, quantile * sorted.length)] / 1e6;
  }
}

package dev.rollcall.bridge;

import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A topic whose messages are stored, and whose history does what a test wants it to. */
final class StoredTopic implements History {
  final AtomicInteger asked = new AtomicInteger();
  private final String topic;
  private final List<Message> stored = new ArrayList<>();
  private long oldest = 1;
  private int most = Integer.MAX_VALUE;
  private Supplier<Future<Void>> before = Future::succeededFuture;
  private Supplier<Future<Void>> beforeLast = Future::succeededFuture;

  StoredTopic(String topic) {
    this.topic = topic;
  }

  /** Stores messages, and returns the position of the last. */
  synchronized long store(int count) {
    for (int i = 0; i < count; i++) {
      long position = stored.size() + 1L;
      stored.add(Message.of(topic, "said", position, new JsonObject().put("n", position)));
    }
    return stored.size();
  }

  void broadcast(PubSub by, long... positions) {
    for (long position : positions) {
      Message message;
      synchronized (this) {
        message = stored.get((int) position - 1);
      }
      by.broadcast(message);
    }
  }

  /** Keeps no longer what was before. */
  synchronized void prune(long oldest) {
    this.oldest = oldest;
  }

  /** Answers with so many at once. */
  synchronized void answerInParts(int most) {
    this.most = most;
  }

  /** Does something before each answer, which then tells of what there is by then. */
  synchronized void beforeEach(Supplier<Future<Void>> before) {
    this.before = before;
    this.beforeLast = before;
  }

  synchronized void beforeAfter(Supplier<Future<Void>> before) {
    this.before = before;
  }

  synchronized void beforeLast(Supplier<Future<Void>> before) {
    this.beforeLast = before;
  }

  @Override
  public Future<Long> last(String topic) {
    Supplier<Future<Void>> first;
    synchronized (this) {
      first = beforeLast;
    }
    return first.get().map(now -> end());
  }

  private synchronized long end() {
    return stored.size();
  }

  @Override
  public Future<List<Message>> after(String topic, long position, int limit) {
    asked.incrementAndGet();
    Supplier<Future<Void>> first;
    synchronized (this) {
      first = before;
    }
    return first.get().map(now -> stored(position, limit));
  }

  private synchronized List<Message> stored(long position, int limit) {
    return stored.stream()
        .filter(each -> each.position() > position && each.position() >= oldest)
        .limit(Math.min(limit, most))
        .toList();
  }
}

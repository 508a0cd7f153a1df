package dev.rollcall.chat;

import dev.rollcall.database.Database;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts on their way into the database. One that comes alone is stored at once; what comes while a
 * batch is under way goes together in the next. So the more is posted, the less each of it costs: a
 * lock, a commit and a round trip are shared by all of a batch.
 */
final class Posts {
  /** Some seconds' worth: who would wait longer had better hear at once that it is too much. */
  static final int MAX_WAITING = 4_000;

  /** Few enough that those behind it do not wait long. */
  static final int MAX_BATCH = 200;

  private static final Logger LOG = LoggerFactory.getLogger(Posts.class);

  /** Stores messages, all or none; what {@link Messages#store} answers. */
  interface Storing extends Function<List<NewMessage>, Future<Map<PostId, StoredMessage>>> {}

  private record Post(NewMessage message, Promise<StoredMessage> answer) {
    void stored(Map<PostId, StoredMessage> stored) {
      StoredMessage mine = stored.get(message.postId());
      if (message.isStoredAs(mine)) {
        answer.tryComplete(mine);
      } else {
        answer.tryFail(new Rejected(Rejection.CLIENT_ID_USED));
      }
    }
  }

  private final Storing storing;
  private final Queue<Post> waiting = new ArrayDeque<>();
  private boolean busy;

  Posts(Storing storing) {
    this.storing = storing;
  }

  /**
   * Stores a message. When the future completes it is committed.
   *
   * @return what is stored, now or by an earlier post of the same message; fails with {@link
   *     Rejected} where its client id is another message's, or too many wait
   */
  Future<StoredMessage> post(NewMessage message) {
    Post post = new Post(message, Promise.promise());
    if (!enqueue(post)) {
      return Future.failedFuture(new Rejected(Rejection.UNAVAILABLE));
    }
    next();
    return post.answer.future();
  }

  private synchronized boolean enqueue(Post post) {
    return waiting.size() < MAX_WAITING && waiting.add(post);
  }

  private void next() {
    List<Post> batch = take();
    if (!batch.isEmpty()) {
      storeAll(batch).onComplete(ended -> ready());
    }
  }

  /** Nothing while a batch is under way. */
  private synchronized List<Post> take() {
    List<Post> batch = new ArrayList<>();
    while (!busy && batch.size() < MAX_BATCH && !waiting.isEmpty()) {
      batch.add(waiting.remove());
    }
    busy |= !batch.isEmpty();
    return batch;
  }

  private void ready() {
    synchronized (this) {
      busy = false;
    }
    next();
  }

  /** Fails where it is of no use to go on with others. */
  private Future<Void> storeAll(List<Post> batch) {
    return store(batch)
        .recover(
            failure -> {
              if (batch.size() == 1 || Database.unavailable(failure)) {
                batch.forEach(post -> post.answer.tryFail(failure));
                return Database.unavailable(failure)
                    ? Future.failedFuture(failure)
                    : Future.succeededFuture();
              }
              LOG.debug("{} posts fail together and go one by one", batch.size(), failure);
              return eachAlone(batch.iterator());
            });
  }

  /** One that fails keeps none of the others from being stored. */
  private Future<Void> eachAlone(Iterator<Post> posts) {
    return posts.hasNext()
        ? storeAll(List.of(posts.next()))
            .onFailure(away -> posts.forEachRemaining(post -> post.answer.tryFail(away)))
            .compose(ended -> eachAlone(posts))
        : Future.succeededFuture();
  }

  private Future<Void> store(List<Post> batch) {
    List<NewMessage> messages = batch.stream().map(Post::message).toList();
    // Composed, so that a fault that is thrown ends as a failure too: nothing may stop the next.
    return Future.<Void>succeededFuture()
        .compose(begun -> storing.apply(messages))
        .compose(
            stored -> {
              batch.forEach(post -> post.stored(stored));
              return Future.succeededFuture();
            });
  }
}

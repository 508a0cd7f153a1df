package dev.rollcall.presence;

import dev.rollcall.pubsub.Topic;
import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/** A session whose presences the node's tracker keeps. */
final class TrackedSession implements Session, Closeable {
  private static final int MAX_KEY_LENGTH = 256;
  private static final int MAX_META_BYTES = 4 * 1024;

  private final TrackerLoop loop;
  private final ContextInternal context;
  private final long id;
  private volatile boolean closed;

  TrackedSession(TrackerLoop loop, ContextInternal context) {
    this.loop = loop;
    this.context = context;
    this.id = loop.nextSession();
  }

  @Override
  public Future<Ref> track(String topic, String key, JsonObject meta) {
    return write(topic, key, meta, text -> tracker -> tracker.track(id, topic, key, text));
  }

  @Override
  public Future<Ref> update(String topic, String key, JsonObject meta) {
    return write(
        topic,
        key,
        meta,
        text ->
            tracker ->
                tracker
                    .update(id, topic, key, text)
                    .orElseThrow(
                        () -> new IllegalStateException("not tracked: " + key + " on " + topic)));
  }

  @Override
  public Future<Void> untrack(String topic, String key) {
    return loop.run(
        tracker -> {
          tracker.untrack(id, topic, key);
          return null;
        });
  }

  @Override
  public Future<Void> close() {
    context.removeCloseHook(this);
    return end();
  }

  /** The verticle that opened the session is undeployed. */
  @Override
  public void close(Completable<Void> done) {
    end().onComplete(done);
  }

  private Future<Void> end() {
    if (closed) {
      return Future.succeededFuture();
    }
    closed = true;
    // A node that is leaving has said goodbye for all its sessions.
    return loop.<Void>run(
            tracker -> {
              tracker.close(id);
              return null;
            })
        .otherwiseEmpty();
  }

  private Future<Ref> write(
      String topic, String key, JsonObject meta, Function<String, Function<Tracker, Ref>> write) {
    if (closed) {
      return Future.failedFuture(new IllegalStateException("the session is closed"));
    }
    String text = meta.encode();
    return refusal(topic, key, text)
        .<Future<Ref>>map(why -> Future.failedFuture(new IllegalArgumentException(why)))
        .orElseGet(() -> loop.run(unlessClosed(write.apply(text))));
  }

  /** Between the call and its turn on the tracker's context the session may have closed. */
  private Function<Tracker, Ref> unlessClosed(Function<Tracker, Ref> write) {
    return tracker -> {
      if (closed) {
        throw new IllegalStateException("the session is closed");
      }
      return write.apply(tracker);
    };
  }

  private static Optional<String> refusal(String topic, String key, String meta) {
    if (!Topic.valid(topic)) {
      return Optional.of("not a topic");
    }
    if (key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
      return Optional.of("a key has 1 to " + MAX_KEY_LENGTH + " characters");
    }
    if (meta.getBytes(StandardCharsets.UTF_8).length > MAX_META_BYTES) {
      return Optional.of("a meta has at most " + MAX_META_BYTES + " bytes");
    }
    return Optional.empty();
  }
}

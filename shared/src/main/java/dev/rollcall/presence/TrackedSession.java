package dev.rollcall.presence;

import static java.util.Objects.requireNonNull;

import dev.rollcall.pubsub.Topic;
import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** A session whose presences the node's trackers keep. */
final class TrackedSession implements Session, Closeable {
  private static final int MAX_KEY_LENGTH = 256;
  private static final int MAX_META_BYTES = 4 * 1024;
  private static final String NOT_JSON = "a meta must be JSON";
  private static final int MAX_META_DEPTH = 32;
  private static final long MAX_LINGER_MILLIS = 60_000;

  private enum State {
    OPEN,
    /** It may come back, as another session. */
    CUT,
    CLOSED
  }

  private final List<TrackerLoop> trackers;
  private final ContextInternal context;
  private final long id;
  private final Map<Long, Consumer<Tracker.Place>> listeners;
  private volatile State state = State.OPEN;

  /**
   * Returns a session that is open.
   *
   * @param listeners hear of what was taken from a session, by its id
   */
  TrackedSession(
      List<TrackerLoop> trackers,
      ContextInternal context,
      long id,
      Map<Long, Consumer<Tracker.Place>> listeners) {
    this.trackers = trackers;
    this.context = context;
    this.id = id;
    this.listeners = listeners;
  }

  @Override
  public Future<Ref> track(String topic, String key, JsonObject meta, Ref returning) {
    return write(
        topic, key, meta, text -> tracker -> tracker.track(id, topic, key, text, returning));
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
    requireNonNull(key, "key");
    return Topic.valid(topic)
        ? tracker(topic).end(tracker -> tracker.untrack(id, topic, key, Reason.UNTRACKED))
        : Future.succeededFuture();
  }

  @Override
  public Future<Void> close(Reason reason) {
    requireNonNull(reason, "reason");
    if (reason == Reason.REPLACED || reason == Reason.NODE_DOWN) {
      throw new IllegalArgumentException("no session closes as " + reason);
    }
    context.removeCloseHook(this);
    return close(tracker -> tracker.close(id, reason));
  }

  @Override
  public void onTaken(BiConsumer<String, String> handler) {
    requireNonNull(handler, "handler");
    listeners.put(
        id, place -> context.runOnContext(now -> tellTaken(handler, place.topic(), place.key())));
    forgetUnlessOpen();
  }

  private void tellTaken(BiConsumer<String, String> handler, String topic, String key) {
    if (state == State.OPEN) {
      handler.accept(topic, key);
    }
  }

  /** To be called after the state or the listener has changed. */
  private void forgetUnlessOpen() {
    if (state != State.OPEN) {
      listeners.remove(id);
    }
  }

  @Override
  public Future<Void> cut(long lingerMillis) {
    if (lingerMillis < 0 || lingerMillis > MAX_LINGER_MILLIS) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "a session lingers for 0 to " + MAX_LINGER_MILLIS + " ms, not " + lingerMillis));
    }
    if (state != State.OPEN) {
      return Future.succeededFuture();
    }
    state = State.CUT;
    forgetUnlessOpen();
    context.removeCloseHook(this);
    return end(tracker -> tracker.cut(id, TrackerLoop.nowMillis() + lingerMillis));
  }

  /** The verticle that opened the session is undeployed. */
  @Override
  public void close(Completable<Void> done) {
    close(tracker -> tracker.close(id, Reason.CLOSED)).onComplete(done);
  }

  /** One that was cut, and lingers, can still be closed. */
  private Future<Void> close(Consumer<Tracker> end) {
    if (state == State.CLOSED) {
      return Future.succeededFuture();
    }
    state = State.CLOSED;
    forgetUnlessOpen();
    return end(end);
  }

  private Future<Void> end(Consumer<Tracker> end) {
    return Future.join(trackers.stream().map(loop -> loop.end(end)).toList()).mapEmpty();
  }

  private Future<Ref> write(
      String topic, String key, JsonObject meta, Function<String, Function<Tracker, Ref>> write) {
    requireNonNull(topic, "topic");
    requireNonNull(key, "key");
    if (state != State.OPEN) {
      return Future.failedFuture(new IllegalStateException("the session is closed"));
    }
    String text;
    try {
      text = requireNonNull(meta, "meta").encode();
    } catch (EncodeException unreadable) {
      return Future.failedFuture(new IllegalArgumentException(NOT_JSON));
    }
    return refusal(topic, key, text)
        .<Future<Ref>>map(why -> Future.failedFuture(new IllegalArgumentException(why)))
        .orElseGet(() -> tracker(topic).run(unlessClosed(write.apply(text))));
  }

  private TrackerLoop tracker(String topic) {
    return trackers.get(Ownership.shard(topic));
  }

  /** Between the call and its turn on the tracker's context the session may have closed. */
  private Function<Tracker, Ref> unlessClosed(Function<Tracker, Ref> write) {
    return tracker -> {
      if (state != State.OPEN) {
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
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
      return Optional.of("a key is a text, without halves of a character");
    }
    return refusal(meta);
  }

  /** What is tracked is read by everybody: it must be as readable there as it is small. */
  private static Optional<String> refusal(String meta) {
    boolean tooLong =
        meta.length() > MAX_META_BYTES
            || meta.getBytes(StandardCharsets.UTF_8).length > MAX_META_BYTES;
    if (tooLong) {
      return Optional.of("a meta has at most " + MAX_META_BYTES + " bytes");
    }
    try {
      return isTooDeep(new JsonObject(meta).getMap(), MAX_META_DEPTH)
          ? Optional.of("a meta is nested at most " + MAX_META_DEPTH + " deep")
          : Optional.empty();
    } catch (DecodeException unreadable) {
      return Optional.of(NOT_JSON);
    }
  }

  private static boolean isTooDeep(Object value, int deep) {
    if (value instanceof Map<?, ?> map) {
      return deep == 0 || map.values().stream().anyMatch(inner -> isTooDeep(inner, deep - 1));
    }
    return value instanceof List<?> list
        && (deep == 0 || list.stream().anyMatch(inner -> isTooDeep(inner, deep - 1)));
  }
}

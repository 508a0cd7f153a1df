package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Replaced;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs one shard's tracker on its context: operations go out at once, beats once a second. */
final class TrackerLoop {
  /** Operations that follow others so soon travel as one delta. */
  private static final long FLUSH_MILLIS = 5;

  private static final long TICK_MILLIS = 250;

  private final VertxInternal vertx;
  private final PresenceBus bus;
  private final int shard;
  private final Context context;
  private final Tracker tracker;
  private final long heartbeatMillis;
  private final Consumer<Tracker.Taken> onTaken;
  private boolean flushing;
  private long flushedMillis = Long.MIN_VALUE / 2;
  private boolean left;
  private volatile int size;

  TrackerLoop(
      VertxInternal vertx,
      PresenceBus bus,
      int shard,
      Context context,
      Tracker tracker,
      long heartbeatMillis,
      Consumer<Tracker.Taken> onTaken) {
    this.vertx = vertx;
    this.bus = bus;
    this.shard = shard;
    this.context = context;
    this.tracker = tracker;
    this.heartbeatMillis = heartbeatMillis;
    this.onTaken = onTaken;
  }

  /** To be called on the context. */
  void start() {
    vertx.setPeriodic(0, heartbeatMillis, timer -> beat());
    vertx.setPeriodic(TICK_MILLIS, timer -> tick());
  }

  /** To be called on the context. */
  void receive(PresenceMessage message) {
    if (message instanceof Pull pull) {
      tracker
          .answer(pull, nowMillis())
          .forEach(answer -> bus.toReplica(shard, pull.asker(), answer));
    } else if (message instanceof PullPiece pull) {
      tracker
          .answer(pull, nowMillis())
          .ifPresent(piece -> bus.toReplica(shard, pull.asker(), piece));
    } else if (message instanceof Replaced word && !left) {
      tracker.receive(word);
      flushSoon();
    }
  }

  /** Runs an operation on the tracker and sends what it did; completes on the caller's context. */
  <T> Future<T> run(Function<Tracker, T> operation) {
    Promise<T> done = vertx.getOrCreateContext().promise();
    context.runOnContext(now -> run(operation, done));
    return done.future();
  }

  /** As {@link #run}, of what ends something: a node that is leaving has ended it already. */
  Future<Void> end(Consumer<Tracker> operation) {
    Promise<Void> done = vertx.getOrCreateContext().promise();
    context.runOnContext(
        now -> {
          if (left) {
            done.complete();
          } else {
            run(asFunction(operation), done);
          }
        });
    return done.future();
  }

  private static Function<Tracker, Void> asFunction(Consumer<Tracker> operation) {
    return tracker -> {
      operation.accept(tracker);
      return null;
    };
  }

  private <T> void run(Function<Tracker, T> operation, Promise<T> done) {
    if (left) {
      done.fail(new IllegalStateException("the node is leaving"));
      return;
    }
    try {
      done.complete(operation.apply(tracker));
    } catch (RuntimeException refused) {
      // Whoever waits is told, whatever it was.
      done.fail(refused);
    }
    flushSoon();
  }

  /** Says goodbye: everything that this node tracked leaves, but what lingers. */
  Future<Void> close() {
    Promise<Void> done = vertx.getOrCreateContext().promise();
    context.runOnContext(
        now -> {
          leave();
          done.complete();
        });
    return done.future();
  }

  private void leave() {
    if (!left) {
      tracker.flush().forEach(delta -> bus.toAllReplicas(shard, delta));
      left = true;
      tracker.goodbye(nowMillis()).forEach(part -> bus.toAllReplicas(shard, part));
      size = 0;
    }
  }

  int size() {
    return size;
  }

  private void beat() {
    if (!left) {
      bus.toAllReplicas(shard, tracker.beat());
    }
  }

  private void tick() {
    if (!left) {
      tracker.tick(nowMillis());
      flushSoon();
    }
  }

  /** Those that come within one turn of the event loop are sent together in any case. */
  private void flushSoon() {
    size = tracker.size();
    tracker.taken().forEach(onTaken);
    if (flushing) {
      return;
    }
    flushing = true;
    long waitMillis = flushedMillis + FLUSH_MILLIS - nowMillis();
    if (waitMillis <= 0) {
      context.runOnContext(now -> flush());
    } else {
      vertx.setTimer(waitMillis, timer -> flush());
    }
  }

  private void flush() {
    flushing = false;
    if (!left) {
      send();
    }
  }

  private void send() {
    var deltas = tracker.flush();
    if (!deltas.isEmpty()) {
      flushedMillis = nowMillis();
      deltas.forEach(delta -> bus.toAllReplicas(shard, delta));
    }
  }

  static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }
}

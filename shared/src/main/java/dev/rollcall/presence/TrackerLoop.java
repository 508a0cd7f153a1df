package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Runs this node's tracker on one context: operations go out soon, beats once a second. */
final class TrackerLoop {
  /** Operations so near to each other travel as one delta. */
  private static final long FLUSH_MILLIS = 5;

  private static final int LOG_LIMIT = 1_024;

  private final Vertx vertx;
  private final PresenceBus bus;
  private final NodeId node;
  private final Context context;
  private final Tracker tracker;
  private final AtomicLong sessions = new AtomicLong();
  private boolean flushing;
  private boolean left;
  private volatile int size;

  TrackerLoop(Vertx vertx, PresenceBus bus, NodeId node, String member, Context context) {
    this.vertx = vertx;
    this.bus = bus;
    this.node = node;
    this.context = context;
    this.tracker = new Tracker(node, member, LOG_LIMIT);
  }

  /** To be called on the context. */
  Future<Void> start() {
    vertx.setPeriodic(0, Presence.HEARTBEAT_MILLIS, timer -> beat());
    return bus.answerAsTracker(
        node, question -> question instanceof Pull pull && !left ? tracker.answer(pull) : null);
  }

  long nextSession() {
    return sessions.incrementAndGet();
  }

  /** Runs an operation on the tracker and sends what it did. */
  <T> Future<T> run(Function<Tracker, T> operation) {
    return Future.future(
        done ->
            context.runOnContext(
                now -> {
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
                }));
  }

  /** Says goodbye: everything that this node tracked leaves. */
  Future<Void> close() {
    return Future.future(
        done ->
            context.runOnContext(
                now -> {
                  if (!left) {
                    left = true;
                    bus.toReplicas(tracker.goodbye());
                    size = 0;
                  }
                  done.complete();
                }));
  }

  int size() {
    return size;
  }

  private void beat() {
    if (!left) {
      bus.toReplicas(tracker.beat());
    }
  }

  private void flushSoon() {
    size = tracker.size();
    if (!flushing) {
      flushing = true;
      vertx.setTimer(FLUSH_MILLIS, timer -> flush());
    }
  }

  private void flush() {
    flushing = false;
    if (!left) {
      tracker.flush().ifPresent(bus::toReplicas);
    }
  }
}

package dev.rollcall.pubsub;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks where the history of a topic ends, when its last message may have been lost and no other
 * comes that would tell of it: soon after a loss between nodes was noticed, and seldom otherwise.
 * To be used on one context.
 */
final class TailCheck {
  /** From one look to the next at most, and half of it at least: they spread by themselves. */
  static final long MAX_PAUSE_MILLIS = 300_000;

  /** After a history has not answered. */
  private static final long RETRY_MILLIS = 10_000;

  private static final Logger log = LoggerFactory.getLogger(TailCheck.class);
  private static final long NONE = -1;

  private final ContextInternal context;
  private final long maxPauseMillis;
  private final LongSupplier delivered;
  private final Supplier<Future<Long>> last;
  private final LongConsumer reached;
  private long timer = NONE;
  private long dueNanos;
  private long before = NONE;
  private boolean stopped;

  /**
   * @param delivered the position up to which messages are delivered, negative before the first
   * @param last asks the history
   * @param reached takes the answer, on any thread
   */
  TailCheck(
      ContextInternal context,
      long maxPauseMillis,
      LongSupplier delivered,
      Supplier<Future<Long>> last,
      LongConsumer reached) {
    this.context = context;
    this.maxPauseMillis = maxPauseMillis;
    this.delivered = delivered;
    this.last = last;
    this.reached = reached;
  }

  void start() {
    lookWithin(maxPauseMillis / 2, maxPauseMillis);
  }

  void stop() {
    stopped = true;
    cancel();
  }

  /**
   * Looks soon, unless a message comes before; from any thread.
   *
   * @param withinMillis at the latest; when exactly falls out at random
   */
  void lost(long withinMillis) {
    context.runOnContext(
        now -> {
          before = delivered.getAsLong();
          lookWithin(0, withinMillis);
        });
  }

  /** A look that is due before is not put off. */
  private void lookWithin(long fromMillis, long toMillis) {
    long millis = 1 + ThreadLocalRandom.current().nextLong(fromMillis, toMillis + 1);
    long nanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    if (stopped || (timer != NONE && dueNanos - nanos < 0)) {
      return;
    }
    cancel();
    dueNanos = nanos;
    timer = context.setTimer(millis, passed -> look());
  }

  private void cancel() {
    if (timer != NONE) {
      context.owner().cancelTimer(timer);
      timer = NONE;
    }
  }

  /** While messages come each of them tells whether one is missing before it. */
  private void look() {
    timer = NONE;
    long now = delivered.getAsLong();
    if (now >= 0 && now == before) {
      last.get().onSuccess(end -> reached.accept(end == null ? 0 : end)).onFailure(this::askAgain);
    }
    before = now;
    start();
  }

  private void askAgain(Throwable fault) {
    log.debug("a silent topic's history does not answer", fault);
    context.runOnContext(now -> lookWithin(RETRY_MILLIS / 2, RETRY_MILLIS));
  }
}

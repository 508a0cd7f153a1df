package dev.rollcall.pubsub;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks where the history of a topic ends that was silent for a while. The last message of a topic
 * may be lost on the way, as when the link between two nodes is cut for a moment, and no other
 * comes that would tell of it. To be used on one context.
 */
final class TailCheck {
  /** From one look to the next at most, and half of it at least: they spread by themselves. */
  static final long MAX_PAUSE_MILLIS = 20_000;

  private static final Logger log = LoggerFactory.getLogger(TailCheck.class);
  private static final long NONE = -1;

  private final ContextInternal context;
  private final long maxPauseMillis;
  private final LongSupplier delivered;
  private final Supplier<Future<Long>> last;
  private final LongConsumer reached;
  private long timer = NONE;
  private long before = NONE;

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
    long millis = ThreadLocalRandom.current().nextLong(maxPauseMillis / 2, maxPauseMillis + 1);
    timer = context.setTimer(millis, passed -> look());
  }

  void stop() {
    if (timer != NONE) {
      context.owner().cancelTimer(timer);
      timer = NONE;
    }
  }

  /** While messages come each of them tells whether one is missing before it. */
  private void look() {
    long now = delivered.getAsLong();
    if (now >= 0 && now == before) {
      last.get()
          .onSuccess(end -> reached.accept(end == null ? 0 : end))
          .onFailure(fault -> log.debug("a silent topic's history does not answer", fault));
    }
    before = now;
    start();
  }
}

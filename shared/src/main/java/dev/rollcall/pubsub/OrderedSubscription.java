package dev.rollcall.pubsub;

import io.vertx.core.Future;

/**
 * A subscriber of a topic whose messages are stored: it gets each once, in their order and without
 * a hole, whichever nodes broadcast them and whatever was lost on the way. Begins at {@link #base}.
 *
 * <p>Messages that are not stored are delivered as they come, from the beginning on.
 */
public interface OrderedSubscription extends Subscription {
  /** Takes word of what could not be delivered. */
  @FunctionalInterface
  interface Missed {
    /** The messages from one position to another, both included, are not delivered. */
    void missed(long from, long to);
  }

  /**
   * Returns the position after which messages are delivered: where the history ended after the
   * subscribing. Who loads what there is once this is known, and applies what is delivered on top,
   * has everything.
   *
   * <p>No stored message is delivered before. A history that fails is asked again, with a pause of
   * at most 5 s in between; when it has failed twice in a row, within 6 s, messages are delivered
   * from the first on that was heard, and its position less one is the base. Fails only when the
   * subscription ends before.
   */
  Future<Long> base();

  /**
   * Returns the position up to which messages were delivered. While it is not known where they
   * begin: waits for the history to answer where it ends, and fails where it has not. To be called
   * on the subscriber's context.
   */
  Future<Long> position();

  /**
   * Takes word that the history goes so far. Where that is further than what was delivered, and
   * does not come by itself, it is asked for: the last message of a topic may have been lost, and
   * no other tells of it. Without such word the history of a topic that is silent is asked, within
   * 40 s. Called from any thread.
   */
  void reached(long position);

  /**
   * Tells, on the subscriber's context and before the message that follows, of messages that are
   * given up: those that the history has no longer, and those that it has failed to give (8 times
   * in a row), or not given before 2,000 messages or 1 MiB of them were held. What they have led to
   * is to be loaded anew. To be called where it is subscribed; only the last one is told.
   *
   * @return this subscription
   */
  OrderedSubscription onMissed(Missed told);
}

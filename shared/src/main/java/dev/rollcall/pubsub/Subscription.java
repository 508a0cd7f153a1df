package dev.rollcall.pubsub;

/**
 * One subscriber of one topic. Ends by {@link #unsubscribe}, and by itself when the verticle that
 * subscribed is undeployed.
 */
public interface Subscription {
  /** Returns the topic that was subscribed. */
  String topic();

  /**
   * Ends the subscription. Messages already on their way to the subscriber's context are not
   * delivered any more. Calling it again does nothing.
   */
  void unsubscribe();
}

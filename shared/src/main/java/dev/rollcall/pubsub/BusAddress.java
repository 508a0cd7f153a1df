package dev.rollcall.pubsub;

/**
 * The addresses of the event bus on which PubSub's messages travel. Each node consumes two of them,
 * whatever is subscribed, so that the membership alone tells who does.
 */
public final class BusAddress {
  /** Of every node. */
  public static final String NODES = "rollcall.pubsub";

  /** Of one node: its {@link NodeId} follows. */
  public static final String NODE = "rollcall.pubsub.";

  private BusAddress() {}
}

package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.pubsub.NodeId;

/**
 * Takes what a replica wants done. Best effort: whatever is lost, the replica converges all the
 * same. Must not block.
 */
interface Outbox {
  /** To every node's views. */
  void publish(Diff diff);

  /** To every node's views. */
  void announce(Readiness word);

  /** To the other replicas. */
  void gossip(Digest digest);

  /**
   * Asks for a node's operations after a clock; what is answered is to be given to the replica.
   *
   * @param replica who is asked, null for the node itself
   */
  void pull(NodeId node, NodeId replica, long after);
}

package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.pubsub.NodeId;
import java.util.Collection;

/**
 * Takes what a replica wants sent. Best effort: a message may be lost, repeated or reordered, and
 * the replica converges all the same. Must not block.
 */
interface Outbox {
  /** To one node's tracker and views. */
  void toNode(NodeId node, PresenceMessage message);

  /** The same to several nodes. */
  void toNodes(Collection<NodeId> nodes, PresenceMessage message);

  /** To every node. */
  void toAllNodes(PresenceMessage message);

  /** To one other replica. */
  void toReplica(NodeId replica, PresenceMessage message);

  /** To all other replicas. */
  void toAllReplicas(PresenceMessage message);
}

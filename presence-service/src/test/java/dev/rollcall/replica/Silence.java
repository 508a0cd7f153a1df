package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.pubsub.NodeId;
import java.util.Collection;

/** Where what a measured replica sends goes. */
final class Silence implements Outbox {
  @Override
  public void toNode(NodeId node, PresenceMessage message) {}

  @Override
  public void toNodes(Collection<NodeId> nodes, PresenceMessage message) {}

  @Override
  public void toAllNodes(PresenceMessage message) {}

  @Override
  public void toReplica(NodeId replica, PresenceMessage message) {}

  @Override
  public void toAllReplicas(PresenceMessage message) {}
}

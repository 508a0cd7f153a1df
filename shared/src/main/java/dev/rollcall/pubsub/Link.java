package dev.rollcall.pubsub;

import java.util.Set;

/**
 * The way to the other nodes. Best effort: a message may be lost, but is never repeated, and those
 * of one caller stay in order. Must not block.
 */
interface Link {
  /** No other nodes. */
  Link NONE =
      new Link() {
        private final NodeId self = new NodeId("local");
        private final Traffic traffic = new Traffic();

        @Override
        public NodeId self() {
          return self;
        }

        @Override
        public void publish(Message message) {}

        @Override
        public void send(NodeId node, Message message) {}

        @Override
        public Set<NodeId> peers() {
          return Set.of();
        }

        @Override
        public Set<NodeId> mutualPeers() {
          return Set.of();
        }

        @Override
        public Traffic traffic() {
          return traffic;
        }
      };

  NodeId self();

  /** Sends to every other node. */
  void publish(Message message);

  /** Sends to one other node. */
  void send(NodeId node, Message message);

  /** Returns who is heard. */
  Set<NodeId> peers();

  /** Returns those of them that say that they hear this node. */
  Set<NodeId> mutualPeers();

  /** Returns what has gone this way, and come by it. */
  Traffic traffic();
}

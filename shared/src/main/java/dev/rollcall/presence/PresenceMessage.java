package dev.rollcall.presence;

import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What trackers, replicas and views tell each other. Any of it may be lost, repeated or late. */
public sealed interface PresenceMessage {

  /**
   * A node lives.
   *
   * @param member the node's name in the cluster manager
   * @param number 1, 2, 3…: only one that advances counts as life
   * @param clock of its last operation, 0 for none: who has less has missed something
   */
  record Beat(NodeId node, String member, long number, long clock) implements PresenceMessage {}

  /**
   * The operations of a node after the clock {@code from}, contiguous.
   *
   * @param from the clock before the first of them
   */
  record Delta(NodeId node, long from, List<Operation> operations) implements PresenceMessage {
    public Delta {
      operations = List.copyOf(operations);
      for (int i = 0; i < operations.size(); i++) {
        if (operations.get(i).clock() != from + i + 1) {
          throw new IllegalArgumentException("a delta's clocks are contiguous");
        }
      }
    }

    public long to() {
      return from + operations.size();
    }
  }

  /** All that a node tracks, as of one clock. */
  record Snapshot(NodeId node, long clock, List<Entry> entries) implements PresenceMessage {
    public Snapshot {
      entries = List.copyOf(entries);
    }
  }

  /** A node's last word: nothing of it remains. */
  record Goodbye(NodeId node, long clock) implements PresenceMessage {}

  /** Asks a node, or a replica that knows it, for what came after a clock. */
  record Pull(NodeId node, long after) implements PresenceMessage {}

  /**
   * What a replica holds of the nodes that are up.
   *
   * @param member the replica's name in the cluster manager
   * @param ready whether it may own topics and answer
   * @param epochCounter the highest that it has seen
   */
  record Digest(
      NodeId replica, String member, boolean ready, long epochCounter, Map<NodeId, Progress> nodes)
      implements PresenceMessage {
    public Digest {
      nodes = Map.copyOf(nodes);
    }
  }

  /** How far a replica has come with one node. */
  record Progress(String member, long clock, long beat) {}

  /** A replica tells the views whether it may be asked. */
  record Readiness(NodeId replica, String member, boolean ready) implements PresenceMessage {}

  /** What changed on a topic: the owner's diff with that number. */
  record Diff(String topic, Position position, List<Entry> joins, List<Entry> leaves)
      implements PresenceMessage {
    public Diff {
      joins = List.copyOf(joins);
      leaves = List.copyOf(leaves);
    }
  }

  /** A view asks the owner for topics; those that stand at the given position need no answer. */
  record Ask(Map<String, Position> topics) implements PresenceMessage {
    public Ask {
      // A value may be null: the view has nothing yet.
      topics = java.util.Collections.unmodifiableMap(new HashMap<>(topics));
    }
  }

  /** The whole list of each topic that was asked for, is owned here, and stands elsewhere. */
  record Answer(List<State> states) implements PresenceMessage {
    public Answer {
      states = List.copyOf(states);
    }
  }

  /** A topic's list exactly as of a position. */
  record State(String topic, Position position, List<Entry> entries) {
    public State {
      entries = List.copyOf(entries);
    }
  }
}

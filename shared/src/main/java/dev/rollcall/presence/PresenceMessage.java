package dev.rollcall.presence;

import dev.rollcall.pubsub.NodeId;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What trackers, replicas and views tell each other. Any of it may be lost, repeated or late, and
 * none is answered by anything but another of them.
 */
public sealed interface PresenceMessage {

  /**
   * A node lives. From its tracker to all replicas.
   *
   * @param member the node's name in the cluster manager
   * @param number 1, 2, 3…: only one that advances counts as life
   * @param clock of the last operation that was sent, 0 for none: who has less has missed something
   */
  record Beat(NodeId node, String member, long number, long clock) implements PresenceMessage {}

  /**
   * The operations of a node after the clock {@code from}, contiguous. From its tracker to all
   * replicas, or to one that asked, from the tracker or another replica.
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

  /**
   * One piece of all that a node tracked at one clock. To the replica that asked.
   *
   * @param by who answers: the node itself, or a replica that knows it
   * @param index of the piece, from 0
   * @param pieces how many there are
   */
  record Snapshot(NodeId node, NodeId by, long clock, int index, int pieces, List<Entry> entries)
      implements PresenceMessage {
    public Snapshot {
      entries = List.copyOf(entries);
      checkPiece(index, pieces);
      for (Entry entry : entries) {
        if (!entry.ref().node().equals(node) || entry.ref().clock() > clock) {
          throw new IllegalArgumentException(entry.ref() + " is not of " + node + " at " + clock);
        }
      }
    }
  }

  /**
   * A node's last operation: nothing of it remains but what lingers. From its tracker to all
   * replicas, or from a replica to one that missed it. It counts when all its parts have come.
   *
   * @param clock of this operation
   * @param lingering for each clock that names a presence which may still come back elsewhere: how
   *     many milliseconds it stays
   * @param index of the part, from 0
   * @param parts how many there are: one, but where very much lingers
   */
  record Goodbye(NodeId node, long clock, Map<Long, Long> lingering, int index, int parts)
      implements PresenceMessage {
    /** Returns one that is whole. */
    public Goodbye(NodeId node, long clock, Map<Long, Long> lingering) {
      this(node, clock, lingering, 0, 1);
    }

    public Goodbye {
      lingering = copy(lingering);
      checkPiece(index, parts);
    }

    /** Returns what is left of it when so much time has passed: who hears it late gives no more. */
    public Goodbye after(long millis) {
      Map<Long, Long> left = new HashMap<>(lingering);
      left.replaceAll((named, given) -> Math.max(0, given - millis));
      return new Goodbye(node, clock, left, index, parts);
    }
  }

  /** Asks the node, or a replica that knows it, for what came after a clock. */
  record Pull(NodeId asker, NodeId node, long after) implements PresenceMessage {}

  /** Asks for one more piece of the snapshot of that clock. */
  record PullPiece(NodeId asker, NodeId node, long clock, int index) implements PresenceMessage {}

  /** Tells a node's tracker that a session of its own came back elsewhere: the ref is replaced. */
  record Replaced(Ref ref) implements PresenceMessage {}

  /**
   * What a replica holds. To the other replicas.
   *
   * @param member the replica's name in the cluster manager
   * @param ready whether it may own topics and answer
   * @param epochCounter the highest that it has seen
   * @param nodes those that are up
   * @param departed those that said goodbye lately, each with the clock of the goodbye
   */
  record Digest(
      NodeId replica,
      String member,
      boolean ready,
      long epochCounter,
      Map<NodeId, Progress> nodes,
      Map<NodeId, Long> departed)
      implements PresenceMessage {
    public Digest {
      nodes = copy(nodes);
      departed = copy(departed);
    }
  }

  /** How far a replica has come with one node. */
  record Progress(String member, long clock, long beat) {}

  /**
   * A replica tells the views whether it may be asked.
   *
   * @param others the replicas that it knows to be ready, for views that can't hear those
   */
  record Readiness(NodeId replica, String member, boolean ready, Set<NodeId> others)
      implements PresenceMessage {
    public Readiness {
      others = copy(others);
    }
  }

  /**
   * What changed on a topic: the owner's diff with that number, to the nodes that follow it.
   *
   * @param digest of the list after it
   */
  record Diff(String topic, Position position, long digest, List<Entry> joins, List<Leave> leaves)
      implements PresenceMessage {
    public Diff {
      joins = List.copyOf(joins);
      leaves = List.copyOf(leaves);
    }
  }

  /**
   * A node follows topics, and asks their owner for those that do not stand where it has them.
   *
   * @param owner who is meant; another replica passes it on
   * @param via the replica that passes on, and passes back, what the owner says; null for none
   */
  record Ask(NodeId asker, NodeId owner, NodeId via, Map<String, Standing> topics)
      implements PresenceMessage {
    public Ask {
      topics = copy(topics);
    }
  }

  /** Asks the owner for one more piece of the state of that position. */
  record AskPiece(
      NodeId asker, NodeId owner, NodeId via, String topic, Position position, int index)
      implements PresenceMessage {}

  /** A node does not follow these topics any more. */
  record Unfollow(NodeId asker, Set<String> topics) implements PresenceMessage {
    public Unfollow {
      topics = copy(topics);
    }
  }

  /**
   * The owner's word on what was asked. Topics of which it says nothing stand as asked, or have no
   * room here and are to be asked for again.
   *
   * @param clocks how far the owner has come with each node, {@code Long.MAX_VALUE} for one that is
   *     down or gone; nothing of those of which it can't say it, nor where there are no states. Who
   *     has more of a node keeps that
   * @param states the first piece of each list that differs
   * @param same those whose list is right, but stands elsewhere
   * @param elsewhere those that the replica does not own, each with the owner that it knows
   */
  record Answer(
      NodeId owner,
      Map<NodeId, Long> clocks,
      List<State> states,
      Map<String, Position> same,
      Map<String, NodeId> elsewhere)
      implements PresenceMessage {
    public Answer {
      clocks = copy(clocks);
      states = List.copyOf(states);
      same = copy(same);
      elsewhere = copy(elsewhere);
    }
  }

  /** One piece of a topic's list exactly as of a position. */
  record State(
      String topic, Position position, long digest, int index, int pieces, List<Entry> entries)
      implements PresenceMessage {
    public State {
      entries = List.copyOf(entries);
      checkPiece(index, pieces);
    }
  }

  /** What a replica is to pass on to a node whose way to the sender is broken. */
  record Relay(NodeId to, PresenceMessage message) implements PresenceMessage {}

  /**
   * Asks a replica about a topic that the node does not follow; answered by a {@link Result}.
   *
   * @param key of which the metas are wanted, or after which a page begins; empty for the first
   * @param limit of keys on the page; 0 for none
   */
  record Query(String topic, Kind kind, String key, int limit) implements PresenceMessage {
    public Query {
      Objects.requireNonNull(topic);
      Objects.requireNonNull(key);
    }

    /** What is wanted. */
    public enum Kind {
      COUNT,
      GET,
      PAGE
    }
  }

  /**
   * Answers a {@link Query}.
   *
   * @param count of the keys that are present
   * @param entries of the key, or of the page in the order of their keys
   * @param more whether keys follow after the page
   */
  record Result(int count, List<Entry> entries, boolean more) implements PresenceMessage {
    public Result {
      entries = List.copyOf(entries);
    }
  }

  /**
   * Unlike {@code Map.copyOf} in the same order in each run: a simulation replays to the letter.
   */
  private static <K, V> Map<K, V> copy(Map<K, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  private static <T> Set<T> copy(Set<T> set) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(set));
  }

  private static void checkPiece(int index, int pieces) {
    if (index < 0 || index >= pieces) {
      throw new IllegalArgumentException("piece " + index + " of " + pieces);
    }
  }
}

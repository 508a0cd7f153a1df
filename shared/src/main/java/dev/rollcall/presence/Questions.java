package dev.rollcall.presence;

import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What this node has asked the owners of topics, one question at a time, and by which way. An owner
 * that does not answer is asked through another replica, which passes its answers and diffs back:
 * one broken link leaves no node behind.
 */
final class Questions {
  /** An answer that takes longer is lost. */
  private static final long ANSWER_MILLIS = 1_000;

  /** How long a way around a broken link is used before the straight one is tried again. */
  private static final long AROUND_MILLIS = 60_000;

  private record Asked(Set<String> topics, long atMillis) {}

  private record Around(NodeId via, long untilMillis) {}

  private final Replicas replicas;
  private final Map<NodeId, Asked> asked = new HashMap<>();
  private final Map<NodeId, Around> around = new HashMap<>();

  Questions(Replicas replicas) {
    this.replicas = replicas;
  }

  void ask(NodeId owner, Set<String> topics, long nowMillis) {
    asked.put(owner, new Asked(topics, nowMillis));
  }

  /** Tells whether an answer of the owner is awaited. */
  boolean awaits(NodeId owner) {
    return asked.containsKey(owner);
  }

  /** The owner has answered; returns the topics that it was asked about. */
  Set<String> answered(NodeId owner) {
    Asked question = asked.remove(owner);
    return question == null ? Set.of() : question.topics();
  }

  /** Returns the replica through which the owner is asked, or null where that is straight. */
  NodeId via(NodeId owner) {
    Around way = around.get(owner);
    return way == null ? null : way.via();
  }

  /** Keeps to the replicas that are ready, and to ways through those that are heard. */
  void judge() {
    asked.keySet().retainAll(replicas.ready());
    around.keySet().retainAll(replicas.ready());
    around.values().removeIf(way -> !replicas.heardReady().contains(way.via()));
  }

  /** Gives up on answers that are late: their owners are asked another way. */
  void tick(long nowMillis) {
    around.values().removeIf(way -> nowMillis >= way.untilMillis());
    List<NodeId> silent = new ArrayList<>();
    asked.forEach(
        (owner, question) -> {
          if (nowMillis - question.atMillis() >= ANSWER_MILLIS) {
            silent.add(owner);
          }
        });
    for (NodeId owner : silent) {
      asked.remove(owner);
      goAround(owner, nowMillis);
    }
  }

  /** The next way to an owner: each other replica that is heard, then the straight one again. */
  private void goAround(NodeId owner, long nowMillis) {
    Around last = around.remove(owner);
    List<NodeId> others = new ArrayList<>(replicas.heardReady());
    others.remove(owner);
    int next = last == null ? 0 : others.indexOf(last.via()) + 1;
    if (next < others.size()) {
      around.put(owner, new Around(others.get(next), nowMillis + AROUND_MILLIS));
    }
  }
}

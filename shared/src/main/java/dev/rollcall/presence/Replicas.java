package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which replicas are ready, as far as one node has heard: by their word, which is given once a
 * second and at each change, as long as they are members; and by the word of those about others
 * that this node can't hear.
 *
 * <p>Not safe for concurrent use.
 */
public final class Replicas {
  /** Four words missed. */
  private static final long SILENT_MILLIS = 4_000;

  private record Heard(Readiness word, long atMillis) {}

  private final Map<NodeId, Heard> heard = new HashMap<>();
  private Set<NodeId> heardReady = Set.of();
  private Set<NodeId> ready = Set.of();
  private final List<Optional<NodeId>> owners = new ArrayList<>();

  public Replicas() {
    divide();
  }

  public void receive(Readiness word, long nowMillis) {
    heard.put(word.replica(), new Heard(word, nowMillis));
  }

  /**
   * Drops those that are silent or gone, and judges anew.
   *
   * @return true when the replicas that are ready are not those of the last call
   */
  public boolean judge(Set<String> members, long nowMillis) {
    heard.values().removeIf(last -> nowMillis - last.atMillis() > SILENT_MILLIS);
    Set<NodeId> direct = new TreeSet<>();
    Set<NodeId> named = new TreeSet<>();
    for (Heard last : heard.values()) {
      if (isHeard(last, members, nowMillis)) {
        named.addAll(last.word().others());
        if (last.word().ready()) {
          direct.add(last.word().replica());
        }
      }
    }
    // One that is heard speaks for itself. Of another the word of those who hear it counts for
    // more than that of the cluster manager, which may merely not reach it from here.
    named.removeIf(other -> isHeard(heard.get(other), members, nowMillis));
    named.addAll(direct);
    boolean changed = !named.equals(ready);
    heardReady = direct;
    ready = named;
    if (changed) {
      divide();
    }
    return changed;
  }

  /** Returns the replicas that were ready at the last judgement. */
  public Set<NodeId> ready() {
    return ready;
  }

  /** Returns those of them that this node hears itself. */
  public Set<NodeId> heardReady() {
    return heardReady;
  }

  public Optional<NodeId> owner(String topic) {
    return owners.get(Ownership.partition(topic));
  }

  /** Whoever follows many topics asks for their owners often. */
  private void divide() {
    owners.clear();
    for (int partition = 0; partition < Ownership.PARTITIONS; partition++) {
      owners.add(Ownership.owner(partition, ready));
    }
  }

  private static boolean isHeard(Heard last, Set<String> members, long nowMillis) {
    return last != null
        && nowMillis - last.atMillis() <= SILENT_MILLIS
        && members.contains(last.word().member());
  }
}

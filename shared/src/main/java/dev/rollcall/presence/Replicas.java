package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which replicas are ready, as far as one node has heard: by their word, which is given once a
 * second and at each change, and as long as they are members.
 *
 * <p>Not safe for concurrent use.
 */
public final class Replicas {
  /** Four words missed. */
  private static final long FORGET_MILLIS = 4_000;

  private record Heard(Readiness word, long atMillis) {}

  private final Map<NodeId, Heard> heard = new HashMap<>();
  private Set<NodeId> ready = Set.of();

  public void receive(Readiness word, long nowMillis) {
    heard.put(word.replica(), new Heard(word, nowMillis));
  }

  /**
   * Drops those that are silent or gone, and judges anew.
   *
   * @return true when the replicas that are ready are not those of the last call
   */
  public boolean judge(Set<String> members, long nowMillis) {
    heard
        .values()
        .removeIf(
            last ->
                nowMillis - last.atMillis() > FORGET_MILLIS
                    || !members.contains(last.word().member()));
    Set<NodeId> now = new TreeSet<>();
    heard.values().stream()
        .map(Heard::word)
        .filter(Readiness::ready)
        .forEach(word -> now.add(word.replica()));
    boolean changed = !now.equals(ready);
    ready = now;
    return changed;
  }

  /** Returns the replicas that were ready at the last judgement. */
  public Set<NodeId> ready() {
    return ready;
  }

  public Optional<NodeId> owner(String topic) {
    return Ownership.owner(Ownership.partition(topic), ready);
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.Ref;
import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keeps every event of the last minute and knows who is present: dumb, slow, and right. */
final class Oracle {
  private static final long PRUNE_MILLIS = 10_000;

  /** Longer than anybody may be listed after the end. */
  private static final long REMEMBER_MILLIS = 60_000;

  /** One presence from its track to its end; {@code Long.MAX_VALUE} while it has none. */
  private static final class Life {
    final String topic;
    final String key;
    final long fromMillis;

    /** When the session was first there, which has come back or been updated since. */
    final long sinceMillis;

    /** Whose place it took. */
    final Ref previous;

    long untilMillis = Long.MAX_VALUE;

    Life(String topic, String key, long fromMillis, long sinceMillis, Ref previous) {
      this.topic = topic;
      this.key = key;
      this.fromMillis = fromMillis;
      this.sinceMillis = sinceMillis;
      this.previous = previous;
    }
  }

  private final Map<Ref, Life> lives = new HashMap<>();
  private final Map<String, Map<Ref, Life>> topics = new HashMap<>();
  private long prunedMillis;

  void came(Ref ref, String topic, String key, long nowMillis) {
    if (!lives.containsKey(ref)) {
      add(ref, new Life(topic, key, nowMillis, nowMillis, null));
    }
  }

  /** A session is updated, or back: one ref takes the other's place. */
  void replaced(Ref old, Ref ref, String topic, String key, long nowMillis) {
    Life before = lives.get(old);
    boolean lasted = before != null && before.untilMillis > nowMillis;
    long since = lasted ? before.sinceMillis : nowMillis;
    add(ref, new Life(topic, key, nowMillis, since, old));
    if (lasted) {
      before.untilMillis = nowMillis;
    }
  }

  /** It ends then, unless it ends before. */
  void ends(Ref ref, long atMillis) {
    Life life = lives.get(ref);
    life.untilMillis = Math.min(life.untilMillis, atMillis);
  }

  /** Somebody's clock has jumped: what lingers may end at any time from now. */
  void nobodyLingers(long nowMillis) {
    lives.values().stream()
        .filter(life -> life.untilMillis < Long.MAX_VALUE)
        .forEach(life -> life.untilMillis = Math.min(life.untilMillis, nowMillis));
  }

  /** All of a node's end now, whatever was to linger. */
  void died(NodeId node, long nowMillis) {
    lives.forEach(
        (ref, life) -> {
          if (ref.node().equals(node)) {
            life.untilMillis = Math.min(life.untilMillis, nowMillis);
          }
        });
  }

  /** Returns who must be listed: present for longer than the lag. */
  Set<Ref> certain(String topic, long nowMillis, long lagMillis) {
    Set<Ref> refs = new HashSet<>();
    on(topic)
        .forEach(
            (ref, life) -> {
              if (life.fromMillis <= nowMillis - lagMillis && life.untilMillis > nowMillis) {
                refs.add(ref);
              }
            });
    return refs;
  }

  /** Tells whether that ref may be listed: present at some time within the lag. */
  boolean isPossible(Ref ref, String topic, long nowMillis, long lagMillis) {
    Life life = on(topic).get(ref);
    return life != null && life.untilMillis > nowMillis - lagMillis;
  }

  /** Returns how many of each node were present within the lag. */
  Map<NodeId, Long> byNode(long nowMillis, long lagMillis) {
    Map<NodeId, Long> present = new HashMap<>();
    lives.forEach(
        (ref, life) -> {
          if (life.untilMillis > nowMillis - lagMillis) {
            present.merge(ref.node(), 1L, Long::sum);
          }
        });
    return present;
  }

  /** Returns on how many topics somebody was within the lag. */
  long topics(long nowMillis, long lagMillis) {
    return topics.values().stream()
        .filter(on -> on.values().stream().anyMatch(l -> l.untilMillis > nowMillis - lagMillis))
        .count();
  }

  /** Tells whether the presence of that ref has not come to its end. */
  boolean lasts(Ref ref, long nowMillis) {
    Life life = lives.get(ref);
    return life != null && life.untilMillis > nowMillis;
  }

  /** Returns one of those listed whose place another of them took long ago: a false second tab. */
  Optional<Ref> seenTwice(Set<Ref> listed, long nowMillis, long lagMillis) {
    for (Ref ref : listed) {
      Life life = lives.get(ref);
      while (life != null && life.previous != null && life.fromMillis < nowMillis - lagMillis) {
        if (listed.contains(life.previous)) {
          return Optional.of(life.previous);
        }
        life = lives.get(life.previous);
      }
    }
    return Optional.empty();
  }

  /** Returns the refs of those of a key's sessions that were present for all of the lag. */
  Set<Ref> steady(String topic, String key, long nowMillis, long lagMillis) {
    Set<Ref> steady = new HashSet<>();
    on(topic)
        .forEach(
            (ref, life) -> {
              boolean lasts =
                  life.sinceMillis <= nowMillis - lagMillis && life.untilMillis > nowMillis;
              if (life.key.equals(key) && lasts) {
                steady.add(ref);
              }
            });
    return steady;
  }

  /** Forgets, now and then, who ended long ago. */
  void prune(long nowMillis) {
    if (nowMillis - prunedMillis < PRUNE_MILLIS) {
      return;
    }
    prunedMillis = nowMillis;
    lives.values().removeIf(life -> life.untilMillis < nowMillis - REMEMBER_MILLIS);
    topics.values().forEach(on -> on.keySet().retainAll(lives.keySet()));
    topics.values().removeIf(Map::isEmpty);
  }

  private void add(Ref ref, Life life) {
    lives.put(ref, life);
    topics.computeIfAbsent(life.topic, topic -> new HashMap<>()).put(ref, life);
  }

  private Map<Ref, Life> on(String topic) {
    return topics.getOrDefault(topic, Map.of());
  }
}

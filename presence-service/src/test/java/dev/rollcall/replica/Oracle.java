package dev.rollcall.replica;

import dev.rollcall.presence.Ref;
import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Keeps every event and knows at any time who is present: dumb, slow, and right. */
final class Oracle {
  /** One presence from its track to its end; {@code Long.MAX_VALUE} while it has none. */
  private static final class Life {
    final String topic;
    final String key;
    final long fromMillis;

    /** When the session was first there, which has come back or been updated since. */
    final long sinceMillis;

    long untilMillis = Long.MAX_VALUE;

    Life(String topic, String key, long fromMillis, long sinceMillis) {
      this.topic = topic;
      this.key = key;
      this.fromMillis = fromMillis;
      this.sinceMillis = sinceMillis;
    }
  }

  private final Map<Ref, Life> lives = new HashMap<>();

  void came(Ref ref, String topic, String key, long nowMillis) {
    lives.putIfAbsent(ref, new Life(topic, key, nowMillis, nowMillis));
  }

  /** A session is updated, or back: one ref takes the other's place. */
  void replaced(Ref old, Ref ref, String topic, String key, long nowMillis) {
    Life before = lives.get(old);
    boolean lasted = before != null && before.untilMillis > nowMillis;
    lives.put(ref, new Life(topic, key, nowMillis, lasted ? before.sinceMillis : nowMillis));
    if (lasted) {
      before.untilMillis = nowMillis;
    }
  }

  /** It ends then, unless it ends before. */
  void ends(Ref ref, long atMillis) {
    Life life = lives.get(ref);
    life.untilMillis = Math.min(life.untilMillis, atMillis);
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
    lives.forEach(
        (ref, life) -> {
          boolean present =
              life.fromMillis <= nowMillis - lagMillis && life.untilMillis > nowMillis;
          if (life.topic.equals(topic) && present) {
            refs.add(ref);
          }
        });
    return refs;
  }

  /** Returns who may be listed: present at some time within the lag. */
  Set<Ref> possible(String topic, long nowMillis, long lagMillis) {
    Set<Ref> refs = new HashSet<>();
    lives.forEach(
        (ref, life) -> {
          if (life.topic.equals(topic) && life.untilMillis > nowMillis - lagMillis) {
            refs.add(ref);
          }
        });
    return refs;
  }

  /** Returns the refs of those of a key's sessions that were present for all of the lag. */
  Set<Ref> steady(String topic, String key, long nowMillis, long lagMillis) {
    Set<Ref> steady = new HashSet<>();
    lives.forEach(
        (ref, life) -> {
          boolean lasts = life.sinceMillis <= nowMillis - lagMillis && life.untilMillis > nowMillis;
          if (life.topic.equals(topic) && life.key.equals(key) && lasts) {
            steady.add(ref);
          }
        });
    return steady;
  }

  /** Forgets who ended long ago. */
  void prune(long nowMillis) {
    lives.values().removeIf(life -> life.untilMillis < nowMillis - 120_000);
  }

  int present(long nowMillis) {
    return (int) lives.values().stream().filter(life -> life.untilMillis > nowMillis).count();
  }
}

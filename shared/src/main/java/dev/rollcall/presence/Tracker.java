package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Owns what this node tracks, and is the only one that writes it.
 *
 * <p>Every operation takes the next number of the node's clock. Two tracks and an untrack of Ana's
 * second tab on node {@code n7} are the operations {@code 1: +n7:1}, {@code 2: +n7:2}, {@code 3:
 * -n7:2}. They go out as a delta {@code (n7, from 0, [1, 2, 3])}; a replica at clock 0 applies it,
 * one at clock 3 has it already, and one at clock 2 can tell that it needs only the last. A replica
 * that hears in a beat that the clock is 3 while it stands at 1 asks for what came after 1, and
 * gets the operations from the log, or all entries where the log does not reach back.
 *
 * <p>Not safe for concurrent use. Knows no time and does no I/O.
 */
final class Tracker {
  /** What a session tracks: at most one presence a topic and key. */
  private record Place(String topic, String key) {}

  private final NodeId node;
  private final String member;
  private final int logLimit;
  private final Map<Long, Map<Place, Entry>> sessions = new HashMap<>();
  private final Map<Ref, Entry> entries = new LinkedHashMap<>();
  private final Deque<Operation> log = new ArrayDeque<>();
  private long clock;
  private long sentClock;
  private long beats;

  /**
   * Returns a tracker that tracks nothing yet.
   *
   * @param member the node's name in the cluster manager
   * @param logLimit how many operations are kept for those who missed some
   */
  Tracker(NodeId node, String member, int logLimit) {
    this.node = node;
    this.member = member;
    this.logLimit = logLimit;
  }

  /** Tracks a session under a key. What it tracks already keeps its ref and its meta. */
  Ref track(long session, String topic, String key, String meta) {
    Map<Place, Entry> tracked = sessions.computeIfAbsent(session, id -> new LinkedHashMap<>());
    Place place = new Place(topic, key);
    if (!tracked.containsKey(place)) {
      tracked.put(place, add(topic, key, meta, null));
    }
    return tracked.get(place).ref();
  }

  /** Replaces the meta; empty when the session does not track that. */
  Optional<Ref> update(long session, String topic, String key, String meta) {
    Map<Place, Entry> tracked = sessions.getOrDefault(session, Map.of());
    Entry old = tracked.get(new Place(topic, key));
    if (old == null) {
      return Optional.empty();
    }
    Entry replaced = add(topic, key, meta, old.ref());
    tracked.put(new Place(topic, key), replaced);
    return Optional.of(replaced.ref());
  }

  /** Ends one presence; does nothing when the session does not track that. */
  void untrack(long session, String topic, String key) {
    Map<Place, Entry> tracked = sessions.get(session);
    if (tracked == null) {
      return;
    }
    Entry entry = tracked.remove(new Place(topic, key));
    if (entry != null) {
      remove(entry.ref());
    }
    if (tracked.isEmpty()) {
      sessions.remove(session);
    }
  }

  /** Ends all that the session tracks. */
  void close(long session) {
    Map<Place, Entry> tracked = sessions.remove(session);
    if (tracked != null) {
      tracked.values().forEach(entry -> remove(entry.ref()));
    }
  }

  /** Returns the operations since the last call, if any: they are to go out now. */
  Optional<Delta> flush() {
    if (sentClock == clock) {
      return Optional.empty();
    }
    long from = Math.max(sentClock, clock - log.size());
    sentClock = clock;
    return Optional.of(new Delta(node, from, operationsAfter(from)));
  }

  /** Returns the next sign of life. */
  Beat beat() {
    beats++;
    return new Beat(node, member, beats, clock);
  }

  /** Answers a replica that missed something. */
  PresenceMessage answer(Pull pull) {
    if (pull.after() >= clock - log.size() && pull.after() <= clock) {
      return new Delta(node, pull.after(), operationsAfter(pull.after()));
    }
    return new Snapshot(node, clock, List.copyOf(entries.values()));
  }

  /** Ends everything: the node's last operation. */
  Goodbye goodbye() {
    sessions.clear();
    entries.clear();
    log.clear();
    clock++;
    sentClock = clock;
    return new Goodbye(node, clock);
  }

  int size() {
    return entries.size();
  }

  private Entry add(String topic, String key, String meta, Ref replaced) {
    clock++;
    Entry entry = new Entry(new Ref(node, clock), replaced, topic, key, meta);
    if (replaced != null) {
      entries.remove(replaced);
    }
    entries.put(entry.ref(), entry);
    append(new Operation(clock, entry, replaced));
    return entry;
  }

  private void remove(Ref ref) {
    clock++;
    entries.remove(ref);
    append(new Operation(clock, null, ref));
  }

  private void append(Operation operation) {
    log.addLast(operation);
    if (log.size() > logLimit) {
      log.removeFirst();
    }
  }

  private List<Operation> operationsAfter(long after) {
    List<Operation> operations = new ArrayList<>();
    for (Operation operation : log) {
      if (operation.clock() > after) {
        operations.add(operation);
      }
    }
    return operations;
  }
}

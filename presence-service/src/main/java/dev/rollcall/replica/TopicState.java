package dev.rollcall.replica;

import static java.util.stream.Collectors.toSet;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Leave;
import dev.rollcall.presence.Pieces;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.Roster;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One topic: the list as of its last diff, and what has changed since, which the next diff will
 * tell. Whatever is answered about the topic is answered from the list alone, so that it never has
 * in it what its number has not.
 */
final class TopicState {
  /** What goes into one diff at most, besides what belongs to one key. */
  private static final int MAX_LEAVES = 4_096;

  /** One diff: its number, what it changes, and the digest after it. */
  record Change(long number, long digest, List<Entry> joins, List<Leave> leaves) {
    int size() {
      return joins.size() + leaves.size();
    }
  }

  /** What has changed under one key. */
  private static final class Pending {
    final Map<Ref, Entry> joins = new LinkedHashMap<>();
    final Map<Ref, Leave> leaves = new LinkedHashMap<>();

    /** Of those that came and went: what they replaced, which alone has been seen. */
    final Map<Ref, Ref> unseen = new HashMap<>();

    /**
     * Returns what a ref that the entry names stands for in the list: what it took the place of, if
     * it is unseen. That is never the entry itself, though clients who lie may name refs in a ring.
     */
    Ref seen(Entry entry, Ref named) {
      Ref seen = named;
      while (seen != null && unseen.containsKey(seen)) {
        seen = unseen.get(seen);
      }
      return entry.ref().equals(seen) ? null : seen;
    }

    void addUnseen(Entry entry, Reason reason) {
      Ref seen = seen(entry, entry.previous());
      unseen.put(entry.ref(), seen);
      // What took its place has gone unseen: that one's end is its own.
      leaves.computeIfPresent(seen, (ref, leave) -> new Leave(ref, reason, leave.clock()));
    }

    /** Adds the leaves: one is replaced where a join takes its place, and only there. */
    void addLeavesTo(List<Leave> all) {
      Set<Ref> replaced = joins.values().stream().map(Entry::previous).collect(toSet());
      for (Leave leave : leaves.values()) {
        Reason own = leave.reason() == Reason.REPLACED ? Reason.CLOSED : leave.reason();
        Reason reason = replaced.contains(leave.ref()) ? Reason.REPLACED : own;
        all.add(new Leave(leave.ref(), reason, leave.clock()));
      }
    }
  }

  private final String name;
  private final Roster published = new Roster();
  private Map<String, Pending> pending = new LinkedHashMap<>();
  private final Window window;

  /** What the window that is ending has told so far. */
  private int changes;

  private long number;

  /**
   * Returns a topic on which nobody is.
   *
   * @param number below those of the diffs to come
   */
  TopicState(String name, long number, Window window) {
    this.name = name;
    this.number = number;
    this.window = window;
  }

  String name() {
    return name;
  }

  void show(Entry entry) {
    Pending key = pending.computeIfAbsent(entry.key(), name -> new Pending());
    if (key.leaves.remove(entry.ref()) != null) {
      return;
    }
    if (!published.contains(entry.key(), entry.ref())) {
      Ref seen = key.seen(entry, entry.previous());
      Ref origin = key.seen(entry, entry.origin());
      if (!key.leaves.containsKey(seen) && key.leaves.containsKey(origin)) {
        // Who missed what lies between sees it come in the place of what was seen.
        seen = origin;
      }
      Entry joined = Objects.equals(seen, entry.previous()) ? entry : entry.after(seen);
      key.joins.putIfAbsent(entry.ref(), joined);
    }
  }

  /** Takes an entry away; one that came since the last diff has never been seen. */
  void hide(Entry entry, Reason reason, long clock) {
    Pending key = pending.computeIfAbsent(entry.key(), name -> new Pending());
    Entry unseen = key.joins.remove(entry.ref());
    if (unseen != null) {
      key.addUnseen(unseen, reason);
    } else if (published.contains(entry.key(), entry.ref())) {
      key.leaves.putIfAbsent(entry.ref(), new Leave(entry.ref(), reason, clock));
    }
  }

  /** Returns the entry of that ref if it is shown, or null. */
  Entry shown(String key, Ref ref) {
    Pending changed = pending.get(key);
    if (changed != null && changed.joins.containsKey(ref)) {
      return changed.joins.get(ref);
    }
    boolean left = changed != null && changed.leaves.containsKey(ref);
    return left ? null : published.get(key, ref);
  }

  /** Returns, for each node, the lowest clock of what the list has not yet. */
  Map<NodeId, Long> pendingFrom() {
    Map<NodeId, Long> lowest = new HashMap<>();
    for (Pending key : pending.values()) {
      key.joins.keySet().forEach(ref -> lowest.merge(ref.node(), ref.clock(), Math::min));
      for (Leave leave : key.leaves.values()) {
        if (leave.clock() > 0) {
          lowest.merge(leave.ref().node(), leave.clock(), Math::min);
        }
      }
    }
    return lowest;
  }

  boolean isDue(long nowMillis) {
    return window.isDue(nowMillis);
  }

  /** Tells whether something has changed that no diff has told. */
  boolean isPending() {
    return !pending.isEmpty();
  }

  /**
   * Ends the window; returns what it changed: one diff, or several where one would be too large.
   *
   * @param maxChanges after so many the others wait: the window ends when it is called again
   */
  List<Change> endWindow(int maxChanges, long nowMillis) {
    List<Change> diffs = new ArrayList<>();
    int told = 0;
    while (isPending() && told < maxChanges) {
      Optional<Change> diff = nextDiff();
      told += diff.map(Change::size).orElse(0);
      diff.ifPresent(diffs::add);
    }
    changes += told;
    if (!isPending()) {
      if (changes > 0) {
        window.next(changes, published.size(), nowMillis);
      }
      // One that was cleared would stay as large as it ever was, and most topics are at rest.
      pending = new LinkedHashMap<>();
      changes = 0;
    }
    return diffs;
  }

  /** Returns the number of the last diff. */
  long number() {
    return number;
  }

  /** Returns the list as of the last diff. */
  Roster published() {
    return published;
  }

  /** Makes as much of what waits as one message carries; nothing if it came to nothing. */
  private Optional<Change> nextDiff() {
    List<Entry> joins = new ArrayList<>();
    List<Leave> leaves = new ArrayList<>();
    int weight = 0;
    Iterator<Map.Entry<String, Pending>> keys = pending.entrySet().iterator();
    while (keys.hasNext() && weight <= Pieces.PIECE_BYTES && leaves.size() <= MAX_LEAVES) {
      Map.Entry<String, Pending> key = keys.next();
      Pending changed = key.getValue();
      changed.leaves.keySet().forEach(ref -> published.remove(key.getKey(), ref));
      changed.joins.values().forEach(published::add);
      changed.addLeavesTo(leaves);
      joins.addAll(changed.joins.values());
      weight += weight(changed.joins.values());
      keys.remove();
    }
    if (joins.isEmpty() && leaves.isEmpty()) {
      return Optional.empty();
    }
    number++;
    return Optional.of(
        new Change(number, published.digest(), List.copyOf(joins), List.copyOf(leaves)));
  }

  private static int weight(Collection<Entry> entries) {
    return entries.stream().mapToInt(Entry::weight).sum();
  }
}

package dev.rollcall.presence;

import static java.util.stream.Collectors.toSet;

import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A node's copy of one topic's list. It folds one owner's diffs in the order of their numbers,
 * without a gap, and compares the digest after each; what it can't fold waits, and the view is
 * behind until it has been given the state anew. The difference that such a state makes is told as
 * a diff, so whoever listens sees one list that changes, never one that starts again.
 *
 * <p>When the topic comes to another owner, the view goes on with the old one until the new one has
 * answered. That one may know less of some node than the view does already: the old owner had
 * merged an operation which is still under way to the new one. So the view keeps, for each node,
 * the clock up to which it has seen its operations, and of a state it takes only the nodes of which
 * the new owner knows as much. Say the view has Ana by {@code n7:5}, and the new owner's state,
 * without Ana, says that it knows n7 up to 4: Ana stays, and the view asks again. Had it said 6,
 * Ana would have left.
 *
 * <p>Not safe for concurrent use. Knows no clock and does no I/O.
 */
final class View {
  /** More than this waiting is more work than the state that makes them needless. */
  private static final int MAX_WAITING = 256;

  /** An owner that knows less than the view for so long will not come to know it any more. */
  private static final long KEEP_MILLIS = 6_000;

  /** The clock of a node that the owner holds to be down, whatever it has done. */
  static final long HIDDEN = Long.MAX_VALUE;

  /** What came and what went, in one step. */
  record Change(List<Entry> joins, List<Left> leaves) {
    /** One that went, and why. */
    record Left(Entry entry, Reason reason) {}

    boolean isEmpty() {
      return joins.isEmpty() && leaves.isEmpty();
    }
  }

  private final String topic;
  private final List<Diff> waiting = new ArrayList<>();
  private final Map<NodeId, Long> clocks = new HashMap<>();
  private final Map<Ref, Entry> entries = new HashMap<>();
  private final Roster roster = new Roster();
  private Position position;
  private boolean behind = true;
  private Epoch keepingAgainst;
  private long keepingSinceMillis = Long.MAX_VALUE;

  View(String topic) {
    this.topic = topic;
  }

  String topic() {
    return topic;
  }

  /** Returns where the list stands, or null before the first state. */
  Position position() {
    return position;
  }

  /** Returns what to ask the owner with. */
  Standing standing() {
    return position == null ? Standing.NONE : new Standing(position, roster.digest());
  }

  /** Tells whether the state must be asked for. */
  boolean isBehind() {
    return behind;
  }

  /** Tells whether the list has been given once. */
  boolean isKnown() {
    return position != null;
  }

  /** Tells whether another replica than the one whose diffs are folded owns the topic. */
  boolean isStrangerTo(NodeId owner) {
    return position != null && !position.epoch().replica().equals(owner);
  }

  Roster roster() {
    return roster;
  }

  /** Folds a diff, or keeps it for later; returns what changed. */
  Optional<Change> receive(Diff diff) {
    if (position == null || behind || !diff.position().epoch().equals(position.epoch())) {
      await(diff);
      return Optional.empty();
    }
    long expected = position.number() + 1;
    if (diff.position().number() > expected) {
      behind = true;
      await(diff);
    }
    return diff.position().number() == expected ? Optional.of(fold(diff)) : Optional.empty();
  }

  /** The list is right, but stands at another position, perhaps of a new owner. */
  Optional<Change> moveTo(Position same) {
    if (position == null || same.compareTo(position) < 0) {
      return Optional.empty();
    }
    position = same;
    return catchUp(waiting.isEmpty() ? entries : new HashMap<>(entries));
  }

  /**
   * Takes the state, then what waited; returns what changed against the list so far.
   *
   * @param known how far the owner had come with each node, {@link #HIDDEN} for one that is down
   */
  Optional<Change> receive(
      Position at, Collection<Entry> state, Map<NodeId, Long> known, long nowMillis) {
    if (position != null && at.compareTo(position) < 0) {
      return Optional.empty();
    }
    Map<Ref, Entry> before = new HashMap<>(entries);
    Set<NodeId> kept = nodesToKeep(at.epoch(), state, known, nowMillis);
    before.values().stream()
        .filter(entry -> !kept.contains(entry.ref().node()))
        .forEach(this::remove);
    state.stream().filter(entry -> !kept.contains(entry.ref().node())).forEach(this::add);
    learn(before.keySet(), known, kept);
    if (kept.isEmpty()) {
      position = at;
      return catchUp(before);
    }
    removeLeftBehind();
    // Not the owner's list at that position: no diff can be folded into it.
    behind = true;
    return difference(before);
  }

  /**
   * Nodes of which the view has seen more than the owner, who may come to know it soon. Of one that
   * has nothing here nor there nothing can be wrong: it may have gone long ago.
   */
  private Set<NodeId> nodesToKeep(
      Epoch epoch, Collection<Entry> state, Map<NodeId, Long> known, long nowMillis) {
    Set<NodeId> kept = new HashSet<>();
    entries.keySet().forEach(ref -> kept.add(ref.node()));
    state.forEach(entry -> kept.add(entry.ref().node()));
    // What is listed was seen, even if the owner that gave it did not say how far it had come.
    Map<NodeId, Long> seen = new HashMap<>(clocks);
    entries.keySet().forEach(ref -> seen.merge(ref.node(), ref.clock(), Math::max));
    kept.removeIf(node -> known.getOrDefault(node, 0L) >= seen.getOrDefault(node, 0L));
    if (!epoch.equals(keepingAgainst)) {
      keepingAgainst = epoch;
      keepingSinceMillis = Long.MAX_VALUE;
    }
    keepingSinceMillis = kept.isEmpty() ? Long.MAX_VALUE : Math.min(keepingSinceMillis, nowMillis);
    if (nowMillis - keepingSinceMillis >= KEEP_MILLIS) {
      kept.clear();
      keepingSinceMillis = Long.MAX_VALUE;
    }
    return kept;
  }

  /** Of nodes that have nothing on the topic, nor had until now, nothing needs to be known. */
  private void learn(Set<Ref> before, Map<NodeId, Long> known, Set<NodeId> kept) {
    Set<NodeId> present = new HashSet<>();
    before.forEach(ref -> present.add(ref.node()));
    entries.keySet().forEach(ref -> present.add(ref.node()));
    clocks.keySet().removeIf(node -> !present.contains(node) && !kept.contains(node));
    for (NodeId node : present) {
      if (!kept.contains(node)) {
        long clock = known.getOrDefault(node, 0L);
        // It went down within the window that is still open: that is not how far anybody has come.
        clocks.put(node, clock == HIDDEN ? 0 : clock);
      }
    }
  }

  /** What is kept of one node and what is taken of another may be one session, here and there. */
  private void removeLeftBehind() {
    for (Entry entry : List.copyOf(entries.values())) {
      Entry old = entries.get(entry.origin());
      if (old != null && old.key().equals(entry.key())) {
        remove(old);
      }
    }
  }

  private void await(Diff diff) {
    boolean ofOldEpoch =
        position != null && diff.position().epoch().compareTo(position.epoch()) < 0;
    if (ofOldEpoch) {
      return;
    }
    boolean followedAnew =
        position != null
            && !diff.position().epoch().equals(position.epoch())
            && !isStrangerTo(diff.position().epoch().replica());
    behind |= followedAnew;
    if (waiting.size() == MAX_WAITING) {
      waiting.clear();
    }
    waiting.add(diff);
  }

  /** Folds what waited for this position, as far as it goes. */
  private Optional<Change> catchUp(Map<Ref, Entry> before) {
    behind = false;
    keepingSinceMillis = Long.MAX_VALUE;
    List<Diff> now = new ArrayList<>(waiting);
    waiting.clear();
    now.removeIf(diff -> !diff.position().epoch().equals(position.epoch()));
    now.sort(Comparator.comparing(Diff::position));
    now.forEach(this::receive);
    return difference(before);
  }

  private Change fold(Diff diff) {
    List<Change.Left> leaves = new ArrayList<>();
    for (Leave leave : diff.leaves()) {
      Entry gone = entries.get(leave.ref());
      if (gone != null) {
        remove(gone);
        leaves.add(new Change.Left(gone, leave.reason()));
      }
      clocks.computeIfPresent(leave.ref().node(), (node, clock) -> Math.max(clock, leave.clock()));
    }
    // One that an owner before has told of is no news.
    List<Entry> joins = diff.joins().stream().filter(this::add).toList();
    diff.joins().forEach(join -> clocks.merge(join.ref().node(), join.ref().clock(), Math::max));
    position = diff.position();
    behind = roster.digest() != diff.digest();
    return new Change(joins, leaves);
  }

  private boolean add(Entry entry) {
    return entries.putIfAbsent(entry.ref(), entry) == null && roster.add(entry);
  }

  private void remove(Entry entry) {
    entries.remove(entry.ref());
    roster.remove(entry.key(), entry.ref());
  }

  private Optional<Change> difference(Map<Ref, Entry> before) {
    List<Entry> joins =
        entries.values().stream()
            .filter(entry -> !before.containsKey(entry.ref()))
            .map(entry -> inSeenPlace(entry, before))
            .toList();
    Set<Ref> replaced =
        joins.stream()
            .filter(join -> hasLeft(join.previous(), join.key(), before))
            .map(Entry::previous)
            .collect(toSet());
    List<Change.Left> leaves = new ArrayList<>();
    for (Entry entry : before.values()) {
      if (!entries.containsKey(entry.ref())) {
        leaves.add(new Change.Left(entry, reason(entry.ref(), replaced)));
      }
    }
    Change change = new Change(joins, leaves);
    return change.isEmpty() ? Optional.empty() : Optional.of(change);
  }

  /** Who missed what lies between sees it come in the place of what was seen. */
  private Entry inSeenPlace(Entry join, Map<Ref, Entry> before) {
    boolean missed =
        !hasLeft(join.previous(), join.key(), before) && hasLeft(join.origin(), join.key(), before);
    return missed ? join.after(join.origin()) : join;
  }

  private boolean hasLeft(Ref ref, String key, Map<Ref, Entry> before) {
    Entry old = before.get(ref);
    return old != null && old.key().equals(key) && !entries.containsKey(ref);
  }

  /** A state does not tell why somebody went. */
  private static Reason reason(Ref ref, Set<Ref> replaced) {
    return replaced.contains(ref) ? Reason.REPLACED : Reason.CLOSED;
  }
}

package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node's copy of one topic's list. It folds the owner's diffs in the order of their numbers,
 * without a gap: what it can't fold waits, and the view says that it is behind until it has been
 * given the state anew. The difference that such a state makes is told as a diff, so whoever
 * listens sees one list that changes, never one that starts again.
 *
 * <p>Not safe for concurrent use. Knows no time and does no I/O.
 */
final class View {
  /** More than this waiting is more work than the state that makes them needless. */
  private static final int MAX_WAITING = 256;

  /** What came and what went, in one step. */
  record Change(List<Entry> joins, List<Entry> leaves) {
    boolean isEmpty() {
      return joins.isEmpty() && leaves.isEmpty();
    }
  }

  private final String topic;
  private final List<Diff> waiting = new ArrayList<>();
  private Map<Ref, Entry> entries = new LinkedHashMap<>();
  private Position position;
  private boolean behind = true;

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

  /** Tells whether the state must be asked for. */
  boolean behind() {
    return behind;
  }

  /** The stream that this view folds may have ended: another replica owns the topic now. */
  void ownerChanged() {
    behind = true;
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  /** Folds a diff, or keeps it for later; returns what changed. */
  Optional<Change> receive(Diff diff) {
    if (behind || !follows(diff)) {
      await(diff);
      return Optional.empty();
    }
    if (diff.position().number() <= position.number()) {
      return Optional.empty();
    }
    return Optional.of(fold(diff));
  }

  /** Takes the state, then what waited; returns what changed against the list so far. */
  Optional<Change> receive(State state) {
    boolean older =
        position != null
            && state.position().epoch().equals(position.epoch())
            && state.position().number() < position.number();
    if (older) {
      return Optional.empty();
    }
    Map<Ref, Entry> before = entries;
    entries = new LinkedHashMap<>();
    state.entries().forEach(entry -> entries.put(entry.ref(), entry));
    position = state.position();
    behind = false;
    foldWaiting();
    Change change = difference(before, entries);
    return change.isEmpty() ? Optional.empty() : Optional.of(change);
  }

  /** True when the diff is the next of the stream, or one that has been folded already. */
  private boolean follows(Diff diff) {
    return diff.position().epoch().equals(position.epoch())
        && diff.position().number() <= position.number() + 1;
  }

  private void await(Diff diff) {
    boolean ofOldEpoch =
        position != null && diff.position().epoch().compareTo(position.epoch()) < 0;
    if (ofOldEpoch) {
      return;
    }
    behind = true;
    if (waiting.size() == MAX_WAITING) {
      waiting.clear();
    }
    waiting.add(diff);
  }

  /**
   * Of another epoch than the state's nothing can be folded, and nothing is kept: a later one has
   * the state asked for once more, by then of its owner.
   */
  private void foldWaiting() {
    List<Diff> now = List.copyOf(waiting);
    waiting.clear();
    boolean otherEpoch = false;
    for (Diff diff : now) {
      if (diff.position().epoch().equals(position.epoch())) {
        receive(diff);
      } else {
        otherEpoch |= diff.position().epoch().compareTo(position.epoch()) > 0;
      }
    }
    behind |= otherEpoch;
  }

  private Change fold(Diff diff) {
    diff.leaves().forEach(entry -> entries.remove(entry.ref()));
    diff.joins().forEach(entry -> entries.put(entry.ref(), entry));
    position = diff.position();
    return new Change(diff.joins(), diff.leaves());
  }

  private static Change difference(Map<Ref, Entry> before, Map<Ref, Entry> after) {
    return new Change(missing(after, before), missing(before, after));
  }

  private static List<Entry> missing(Map<Ref, Entry> of, Map<Ref, Entry> in) {
    return of.values().stream().filter(entry -> !in.containsKey(entry.ref())).toList();
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Ref;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One topic's visible entries, and what the open window has changed in them. */
final class TopicState {
  /** What one window changed on balance, and its number. */
  record Change(long number, List<Entry> joins, List<Entry> leaves) {}

  private final Map<Ref, Entry> visible = new LinkedHashMap<>();
  private final Map<Ref, Entry> joins = new LinkedHashMap<>();
  private final Map<Ref, Entry> leaves = new LinkedHashMap<>();
  private long number;

  /**
   * Returns a topic on which nobody is.
   *
   * @param number below those of the diffs to come
   */
  TopicState(long number) {
    this.number = number;
  }

  void show(Entry entry) {
    boolean came = visible.putIfAbsent(entry.ref(), entry) == null;
    if (came && leaves.remove(entry.ref()) == null) {
      joins.put(entry.ref(), entry);
    }
  }

  /** One that came and went within a window has never been seen. */
  void hide(Entry entry) {
    boolean went = visible.remove(entry.ref()) != null;
    if (went && joins.remove(entry.ref()) == null) {
      leaves.put(entry.ref(), entry);
    }
  }

  /** Begins the next window; returns what the last one changed, if anything. */
  Optional<Change> endWindow() {
    if (joins.isEmpty() && leaves.isEmpty()) {
      return Optional.empty();
    }
    number++;
    Change change = new Change(number, List.copyOf(joins.values()), List.copyOf(leaves.values()));
    joins.clear();
    leaves.clear();
    return Optional.of(change);
  }

  /** Returns the number of the last window that changed something. */
  long number() {
    return number;
  }

  List<Entry> visible() {
    return List.copyOf(visible.values());
  }

  boolean isEmpty() {
    return visible.isEmpty();
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Ref;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One topic's visible list, and what has changed since its last diff. */
final class TopicState {
  private final Map<Ref, Entry> visible = new LinkedHashMap<>();
  private final Map<Ref, Entry> joins = new LinkedHashMap<>();
  private final Map<Ref, Entry> leaves = new LinkedHashMap<>();
  private long number;

  TopicState(long number) {
    this.number = number;
  }

  /** Who came and went within one window was never there. */
  void show(Entry entry) {
    if (visible.putIfAbsent(entry.ref(), entry) == null && leaves.remove(entry.ref()) == null) {
      joins.put(entry.ref(), entry);
    }
  }

  void hide(Entry entry) {
    if (visible.remove(entry.ref()) != null && joins.remove(entry.ref()) == null) {
      leaves.put(entry.ref(), entry);
    }
  }

  boolean changed() {
    return !joins.isEmpty() || !leaves.isEmpty();
  }

  List<Entry> joins() {
    return new ArrayList<>(joins.values());
  }

  List<Entry> leaves() {
    return new ArrayList<>(leaves.values());
  }

  List<Entry> visible() {
    return new ArrayList<>(visible.values());
  }

  /** Begins a new window. */
  void closeWindow() {
    joins.clear();
    leaves.clear();
  }

  long nextNumber() {
    number++;
    return number;
  }

  long number() {
    return number;
  }

  boolean empty() {
    return visible.isEmpty() && !changed();
  }
}

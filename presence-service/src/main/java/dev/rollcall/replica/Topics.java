package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The topics on which somebody is visible. An empty one is dropped at the end of its window; the
 * {@code floor} is at or above the numbers of all that were, so that none is ever used twice.
 */
final class Topics {
  private final Map<String, TopicState> states = new HashMap<>();
  private final Set<String> open = new LinkedHashSet<>();
  private long floor;

  void show(Entry entry) {
    states.computeIfAbsent(entry.topic(), topic -> new TopicState(floor)).show(entry);
    open.add(entry.topic());
  }

  void hide(Entry entry) {
    TopicState state = states.get(entry.topic());
    if (state != null) {
      state.hide(entry);
      open.add(entry.topic());
    }
  }

  /** Returns the topics whose window is open. */
  Set<String> open() {
    return Set.copyOf(open);
  }

  boolean anyOpen() {
    return !open.isEmpty();
  }

  /** Ends the topic's window; returns what it changed, if anything. */
  Optional<TopicState.Change> endWindow(String topic) {
    open.remove(topic);
    TopicState state = states.get(topic);
    if (state == null) {
      return Optional.empty();
    }
    Optional<TopicState.Change> change = state.endWindow();
    if (state.isEmpty()) {
      states.remove(topic);
      floor = Math.max(floor, state.number());
    }
    return change;
  }

  long number(String topic) {
    TopicState state = states.get(topic);
    return state == null ? floor : state.number();
  }

  List<Entry> visible(String topic) {
    TopicState state = states.get(topic);
    return state == null ? List.of() : state.visible();
  }

  /** Returns how many topics are kept in memory. */
  int size() {
    return states.size();
  }
}

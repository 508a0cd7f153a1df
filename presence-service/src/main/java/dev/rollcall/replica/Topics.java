package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The visible lists of all topics, and which of them have an open window. */
final class Topics {
  private final Map<String, TopicState> topics = new HashMap<>();
  private final Set<String> open = new LinkedHashSet<>();

  /** At least the number of every topic that was dropped: none is used for a second diff. */
  private long floor;

  void show(Entry entry) {
    topics.computeIfAbsent(entry.topic(), topic -> new TopicState(floor)).show(entry);
    open.add(entry.topic());
  }

  void hide(Entry entry) {
    TopicState topic = topics.get(entry.topic());
    if (topic != null) {
      topic.hide(entry);
      open.add(entry.topic());
    }
  }

  /** Returns the topics with an open window, which is closed from here on. */
  Set<String> takeOpen() {
    Set<String> taken = new LinkedHashSet<>(open);
    open.clear();
    return taken;
  }

  boolean anyOpen() {
    return !open.isEmpty();
  }

  /** Returns the topic's state, an empty one where nobody is present. */
  TopicState get(String topic) {
    return topics.getOrDefault(topic, new TopicState(floor));
  }

  void closeWindow(String topic) {
    open.remove(topic);
    TopicState state = topics.get(topic);
    if (state != null) {
      state.closeWindow();
      if (state.empty()) {
        topics.remove(topic);
        floor = Math.max(floor, state.number());
      }
    }
  }
}

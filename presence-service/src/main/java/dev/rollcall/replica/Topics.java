package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.Roster;
import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The topics on which somebody is visible. An empty one is dropped at the end of its window; the
 * {@code floor} is at or above the numbers of all that were, so that none is ever used twice.
 *
 * <p>A session that came back elsewhere replaces the entry that it had: the old one is hidden by
 * the diff that shows the new one, and stays hidden, whichever of the two is heard of first.
 */
final class Topics {
  private final Map<String, TopicState> states = new HashMap<>();
  private final Set<String> open = new LinkedHashSet<>();
  private final Claims claims = new Claims();
  private final long[] digests = new long[Ownership.PARTITIONS];
  private final Window.Bounds windows;
  private final Consumer<Entry> onReplaced;
  private final Predicate<Ref> isOver;
  private long floor;

  /**
   * Returns no topics.
   *
   * @param onReplaced hears of each entry of another node that a session left behind
   * @param isOver whether that ref's entry has been, and is no more
   */
  Topics(Window.Bounds windows, Consumer<Entry> onReplaced, Predicate<Ref> isOver) {
    this.windows = windows;
    this.onReplaced = onReplaced;
    this.isOver = isOver;
  }

  /** Returns the topic's name as it is kept here, if it is: one text for all entries. */
  String name(String topic) {
    TopicState state = states.get(topic);
    return state == null ? topic : state.name();
  }

  void show(Entry entry) {
    if (claims.contains(entry)) {
      onReplaced.accept(entry);
      replaceOrigin(entry);
      return;
    }
    TopicState state =
        states.computeIfAbsent(
            entry.topic(), topic -> new TopicState(topic, floor, new Window(windows)));
    if (state.shown(entry.key(), entry.ref()) != null) {
      return;
    }
    replaceOrigin(entry);
    state.show(entry);
    count(entry);
    open.add(entry.topic());
  }

  /** Hides an entry that may be shown again. */
  void hide(Entry entry, Reason reason, long clock) {
    TopicState state = states.get(entry.topic());
    if (state != null && state.shown(entry.key(), entry.ref()) != null) {
      state.hide(entry, reason, clock);
      discount(entry);
      open.add(entry.topic());
    }
  }

  /** Hides an entry that is no more. */
  void remove(Entry entry, Reason reason, long clock) {
    hide(entry, reason, clock);
    claims.remove(entry);
  }

  /** Returns the claims of sessions that came back elsewhere. */
  Claims claims() {
    return claims;
  }

  /** Returns the topics whose window is open. */
  List<String> open() {
    return List.copyOf(open);
  }

  boolean anyOpen() {
    return !open.isEmpty();
  }

  boolean isDue(String topic, long nowMillis) {
    TopicState state = states.get(topic);
    return state == null || state.isDue(nowMillis);
  }

  /**
   * Ends the topic's window; returns what it changed, if anything.
   *
   * @param maxChanges after so many the window stays open for the others, behind those of others
   */
  List<TopicState.Change> endWindow(String topic, int maxChanges, long nowMillis) {
    open.remove(topic);
    TopicState state = states.get(topic);
    if (state == null) {
      return List.of();
    }
    List<TopicState.Change> diffs = state.endWindow(maxChanges, nowMillis);
    if (state.isPending()) {
      open.add(topic);
    } else if (state.published().isEmpty()) {
      states.remove(topic);
      floor = Math.max(floor, state.number());
    }
    return diffs;
  }

  long number(String topic) {
    TopicState state = states.get(topic);
    return state == null ? floor : state.number();
  }

  /** Returns the topic's list as of its number. */
  Roster published(String topic) {
    TopicState state = states.get(topic);
    return state == null ? new Roster() : state.published();
  }

  /** Returns, for each node, the lowest clock of what the topic's list has not yet. */
  Map<NodeId, Long> pendingFrom(String topic) {
    TopicState state = states.get(topic);
    return state == null ? Map.of() : state.pendingFrom();
  }

  /** Returns how many sessions are present on each topic, as of its last diff. */
  Map<String, Integer> sizes() {
    Map<String, Integer> sizes = new HashMap<>();
    states.forEach((topic, state) -> sizes.put(topic, state.published().size()));
    return sizes;
  }

  /** Returns how many topics are kept in memory. */
  int size() {
    return states.size();
  }

  /** Returns the digest of what is visible in each partition: replicas that agree have the same. */
  long[] digests() {
    return digests.clone();
  }

  private void replaceOrigin(Entry entry) {
    if (entry.origin() == null) {
      return;
    }
    if (!isOver.test(entry.origin())) {
      claims.add(entry);
    }
    TopicState state = states.get(entry.topic());
    Entry old = state == null ? null : state.shown(entry.key(), entry.origin());
    if (old != null) {
      hide(old, Reason.REPLACED, 0);
      onReplaced.accept(old);
    }
  }

  private void count(Entry entry) {
    digests[Ownership.partition(entry.topic())] += Roster.digest(entry.ref());
  }

  private void discount(Entry entry) {
    digests[Ownership.partition(entry.topic())] -= Roster.digest(entry.ref());
  }
}

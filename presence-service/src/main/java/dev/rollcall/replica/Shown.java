package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Part;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Ref;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.replica.Backlog.Change;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One node's part of the state, and what of it is seen on its topics: all, or nothing. A single
 * change is seen at once. Those that come by the thousand, since the node is shown or hidden, ends,
 * or was caught up with by a snapshot, wait for their turn in the backlog.
 */
final class Shown implements Part.Changes {
  /** Enough for another replica that missed a second of it. */
  private static final int LOG_LIMIT = 256;

  private record Place(String topic, String key) {}

  private final NodeId node;
  private final Topics topics;
  private final Backlog backlog;
  private final Part part;
  private boolean visible;

  /** How many changes wait for their turn. */
  private int late;

  /** What a snapshot changes, by topic and key, while it is applied; null otherwise. */
  private Map<Place, List<Change>> replaced;

  /** All that is not kept is being removed. */
  private boolean ending;

  Shown(NodeId node, Topics topics, Backlog backlog) {
    this.node = node;
    this.topics = topics;
    this.backlog = backlog;
    this.part = new Part(node, LOG_LIMIT, this);
  }

  Part part() {
    return part;
  }

  boolean isVisible() {
    return visible;
  }

  /** Tells whether nothing waits for its turn: what is seen is what is so. */
  boolean isSettled() {
    return late == 0;
  }

  void show() {
    if (!visible) {
      visible = true;
      part.entries().forEach(entry -> later(List.of(new Change(entry, null, 0))));
    }
  }

  /** The entries are kept, and may be shown again. */
  void hide(Reason reason) {
    if (visible) {
      visible = false;
      part.entries().forEach(entry -> later(List.of(new Change(entry, reason, 0))));
    }
  }

  /** Takes all entries as of a later clock; what that makes of one key is seen at once. */
  void take(long clock, List<Entry> whole) {
    replaced = new LinkedHashMap<>();
    part.apply(clock, whole);
    replaced.values().forEach(this::later);
    replaced = null;
  }

  /** Removes all but those that these clocks name. */
  void retain(Set<Long> kept, long clock) {
    ending = true;
    part.retain(kept, clock);
    ending = false;
  }

  /** Removes all, now: nothing of the node is to remain. */
  void forget() {
    part.retain(Set.of(), part.clock());
  }

  @Override
  public Entry kept(Entry entry) {
    Ref ref = new Ref(node, entry.ref().clock());
    String topic = topics.name(entry.topic());
    return new Entry(ref, entry.previous(), topic, entry.key(), entry.meta());
  }

  @Override
  public void added(Entry entry) {
    Change change = new Change(entry, null, 0);
    if (replaced != null && !replaced.isEmpty()) {
      note(change);
    } else if (replaced != null) {
      later(List.of(change));
    } else if (visible) {
      topics.show(entry);
    }
  }

  @Override
  public void removed(Entry entry, Reason reason, long clock) {
    Change change = new Change(entry, reason, clock);
    if (replaced != null) {
      note(change);
    } else if (ending) {
      later(List.of(change));
    } else {
      topics.remove(entry, reason, clock);
    }
  }

  /** It is the change's turn, unless the entry has gone, or been hidden or shown, meanwhile. */
  void doLate(Change change) {
    late--;
    Entry entry = change.entry();
    boolean there = part.get(entry.ref().clock()) != null;
    if (change.reason() == null) {
      if (there && visible) {
        topics.show(entry);
      }
    } else if (!there) {
      topics.remove(entry, change.reason(), change.clock());
    } else if (!visible) {
      topics.hide(entry, change.reason(), change.clock());
    }
  }

  private void note(Change change) {
    Entry entry = change.entry();
    replaced
        .computeIfAbsent(new Place(entry.topic(), entry.key()), place -> new ArrayList<>(2))
        .add(change);
  }

  private void later(List<Change> together) {
    late += together.size();
    backlog.add(this, together);
  }
}

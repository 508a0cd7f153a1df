package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Part;
import dev.rollcall.presence.PresenceMessage.Delta;
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
 * or was caught up with by a snapshot, wait for their turn in the backlog; so do those that come
 * while others wait. What is seen of the node is what was so a moment ago, in the same order.
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

  /** What is to be changed in one turn, by topic and key, while that is gathered; else null. */
  private Map<Place, List<Change>> gathered;

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

  /** Takes what is new; false when something is missing before it. */
  boolean take(Delta delta) {
    if (late == 0) {
      return part.apply(delta);
    }
    gathered = new LinkedHashMap<>();
    try {
      return part.apply(delta);
    } finally {
      addGathered();
    }
  }

  /** Takes all entries as of a later clock; what that makes of one key is seen at once. */
  void take(long clock, List<Entry> whole) {
    gathered = new LinkedHashMap<>();
    try {
      part.apply(clock, whole);
    } finally {
      addGathered();
    }
  }

  /** Removes all but those that these clocks name. */
  void retain(Set<Long> kept, long clock) {
    ending = true;
    part.retain(kept, clock);
    ending = false;
  }

  /** Removes all of one that is settled and hidden, now: it may be heard again before its turn. */
  void forget() {
    part.retain(Set.of(), part.clock());
  }

  @Override
  public Entry kept(Entry entry) {
    Ref ref = new Ref(node, entry.ref().clock());
    String topic = topics.name(entry.topic());
    return new Entry(ref, entry.previous(), entry.origin(), topic, entry.key(), entry.meta());
  }

  @Override
  public void added(Entry entry) {
    if (!visible) {
      return;
    }
    if (gathered == null) {
      topics.show(entry);
    } else {
      gather(new Change(entry, null, 0));
    }
  }

  @Override
  public void removed(Entry entry, Reason reason, long clock) {
    Change change = new Change(entry, reason, clock);
    if (gathered != null) {
      gather(change);
    } else if (ending) {
      later(List.of(change));
    } else {
      topics.remove(entry, reason, clock);
    }
  }

  /** It is the change's turn. */
  void doLate(Change change) {
    late--;
    if (change.reason() == null) {
      topics.show(change.entry());
    } else if (change.clock() == 0) {
      topics.hide(change.entry(), change.reason(), 0);
    } else {
      topics.remove(change.entry(), change.reason(), change.clock());
    }
  }

  private void gather(Change change) {
    Entry entry = change.entry();
    if (gathered.isEmpty() && change.reason() == null) {
      // Nothing has gone, so this takes no other's place.
      later(List.of(change));
      return;
    }
    gathered
        .computeIfAbsent(new Place(entry.topic(), entry.key()), place -> new ArrayList<>(2))
        .add(change);
  }

  private void addGathered() {
    gathered.values().forEach(this::later);
    gathered = null;
  }

  private void later(List<Change> together) {
    late += together.size();
    backlog.add(this, together);
  }
}

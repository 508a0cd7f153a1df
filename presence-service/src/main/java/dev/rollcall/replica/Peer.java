package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.Ref;
import dev.rollcall.pubsub.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One node as this replica knows it. Its entries as of its clock are the same on every replica that
 * stands at that clock; whether it is up is this replica's own judgement, and decides only whether
 * they are visible.
 */
final class Peer {
  /** One question in this time: the answer is under way. */
  private static final long PULL_MILLIS = 300;

  /** What another replica had this long ago is not merely under way to this one. */
  private static final long CLAIM_MILLIS = 500;

  private record Claim(NodeId replica, long clock, long atMillis) {}

  private final NodeId node;
  private final Topics topics;
  private Map<Ref, Entry> entries = new LinkedHashMap<>();
  private long clock;

  private String member = "";
  private long beat;
  private long heardClock;
  private long heardMillis;
  private boolean up;
  private long downMillis;

  private long nextPullMillis = Long.MIN_VALUE;
  private Claim claim;

  Peer(NodeId node, Topics topics) {
    this.node = node;
    this.topics = topics;
  }

  NodeId node() {
    return node;
  }

  String member() {
    return member;
  }

  long clock() {
    return clock;
  }

  boolean isUp() {
    return up;
  }

  int size() {
    return entries.size();
  }

  Snapshot snapshot() {
    return new Snapshot(node, clock, List.copyOf(entries.values()));
  }

  Progress progress() {
    return new Progress(member, clock, beat);
  }

  /** Tells whether nothing is missing of what it was heard to have. */
  boolean isCaughtUp() {
    return clock >= heardClock;
  }

  /** A beat, by whatever path it came. One that advances is a sign of life. */
  void hear(Progress word, long nowMillis) {
    heardClock = Math.max(heardClock, word.clock());
    if (word.beat() > beat) {
      beat = word.beat();
      member = word.member();
      heardMillis = nowMillis;
      show();
    }
  }

  long silentMillis(long nowMillis) {
    return nowMillis - heardMillis;
  }

  /** Hides its entries; they are kept, since it may merely be out of reach. */
  void down(long nowMillis) {
    if (up) {
      up = false;
      downMillis = nowMillis;
      entries.values().forEach(topics::hide);
    }
  }

  /** Returns for how long it has been down, 0 when it is up. */
  long downForMillis(long nowMillis) {
    return up ? 0 : nowMillis - downMillis;
  }

  /** Applies what is new; false when something is missing before it. */
  boolean apply(Delta delta) {
    if (delta.from() > clock) {
      return false;
    }
    for (Operation operation : delta.operations()) {
      if (operation.clock() > clock) {
        apply(operation);
      }
    }
    return true;
  }

  /** Takes all entries as of a later clock. */
  void apply(Snapshot snapshot) {
    if (snapshot.clock() <= clock) {
      return;
    }
    Map<Ref, Entry> before = entries;
    entries = new LinkedHashMap<>();
    snapshot.entries().forEach(entry -> entries.put(entry.ref(), entry));
    clock = snapshot.clock();
    if (up) {
      before.values().stream()
          .filter(entry -> !entries.containsKey(entry.ref()))
          .forEach(topics::hide);
      entries.values().forEach(topics::show);
    }
  }

  boolean mayPull(long nowMillis) {
    if (nowMillis < nextPullMillis) {
      return false;
    }
    nextPullMillis = nowMillis + PULL_MILLIS;
    return true;
  }

  /** Another replica says how far it has come. The first that is ahead is remembered. */
  void claim(NodeId replica, long atClock, long nowMillis) {
    boolean open = claim != null && claim.clock() > clock;
    if (!open && atClock > clock) {
      claim = new Claim(replica, atClock, nowMillis);
    }
  }

  /** Returns, once, a replica that has been ahead for too long. */
  Optional<NodeId> overdueClaim(long nowMillis) {
    if (claim == null || nowMillis - claim.atMillis() < CLAIM_MILLIS) {
      return Optional.empty();
    }
    Optional<NodeId> ahead = Optional.of(claim).filter(c -> c.clock() > clock).map(Claim::replica);
    claim = null;
    return ahead;
  }

  private void show() {
    if (!up) {
      up = true;
      entries.values().forEach(topics::show);
    }
  }

  private void apply(Operation operation) {
    clock = operation.clock();
    Entry removed = operation.removed() == null ? null : entries.remove(operation.removed());
    Entry added = operation.added();
    if (added != null) {
      entries.put(added.ref(), added);
    }
    if (up && removed != null) {
      topics.hide(removed);
    }
    if (up && added != null) {
      topics.show(added);
    }
  }
}

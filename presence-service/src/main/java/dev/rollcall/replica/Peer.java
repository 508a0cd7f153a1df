package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.Ref;
import dev.rollcall.pubsub.NodeId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a replica knows of one node: how far it has applied the node's operations, what is live as
 * of there, and, apart from that, when it last heard that the node lives.
 */
final class Peer {
  /** One question a node in this time: the answer is on its way. */
  private static final long PULL_MILLIS = 300;

  /** A claim this old is no delta still under way: something was missed. */
  private static final long CLAIM_MILLIS = 500;

  private final NodeId node;
  private Map<Ref, Entry> entries = new LinkedHashMap<>();
  private String member = "";
  private long clock;
  private long beat;
  private long beatClock;
  private long heardMillis;
  private boolean up;
  private long pulledMillis = Long.MIN_VALUE / 2;
  private long claimedClock;
  private NodeId claimedBy;
  private long claimedMillis;

  Peer(NodeId node, long nowMillis) {
    this.node = node;
    this.heardMillis = nowMillis;
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

  long beat() {
    return beat;
  }

  long heardMillis() {
    return heardMillis;
  }

  boolean up() {
    return up;
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  Entry entry(Ref ref) {
    return entries.get(ref);
  }

  /** Tells whether the node itself has been heard and nothing of it is missing. */
  boolean caughtUp() {
    return beat > 0 && clock >= beatClock;
  }

  /** A sign of life by any path; one that does not advance is none. */
  boolean hear(String name, long number, long atClock, long nowMillis) {
    if (number <= beat) {
      return false;
    }
    member = name;
    beat = number;
    beatClock = Math.max(beatClock, atClock);
    heardMillis = nowMillis;
    return true;
  }

  /** Gives the node its time anew: whoever judges was away itself. */
  void grant(long nowMillis) {
    heardMillis = Math.max(heardMillis, nowMillis);
  }

  void judge(boolean isUp) {
    up = isUp;
  }

  /** Applies the next operation. */
  void apply(Operation operation) {
    if (operation.removed() != null) {
      entries.remove(operation.removed());
    }
    if (operation.added() != null) {
      entries.put(operation.added().ref(), operation.added());
    }
    clock = operation.clock();
  }

  /** Takes all entries as of a later clock; returns those before. */
  Map<Ref, Entry> replace(long atClock, List<Entry> now) {
    Map<Ref, Entry> before = entries;
    entries = new LinkedHashMap<>();
    now.forEach(entry -> entries.put(entry.ref(), entry));
    clock = atClock;
    return before;
  }

  boolean has(Ref ref) {
    return entries.containsKey(ref);
  }

  boolean mayPull(long nowMillis) {
    if (nowMillis - pulledMillis < PULL_MILLIS) {
      return false;
    }
    pulledMillis = nowMillis;
    return true;
  }

  /** Another replica says how far it is. */
  void claim(long atClock, NodeId replica, long nowMillis) {
    if (atClock > clock && (claimedBy == null || claimedClock <= clock)) {
      claimedClock = atClock;
      claimedBy = replica;
      claimedMillis = nowMillis;
    }
  }

  /** Returns the replica that has had more than this one for too long, or null. */
  NodeId ahead(long nowMillis) {
    if (claimedBy == null || clock >= claimedClock) {
      claimedBy = null;
      return null;
    }
    return nowMillis - claimedMillis >= CLAIM_MILLIS ? claimedBy : null;
  }

  void dropClaim() {
    claimedBy = null;
  }
}

package dev.rollcall.pubsub;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Knows whom this node hears and who hears it.
 *
 * <p>A registration on the event bus that has completed here may still be unknown elsewhere, and
 * messages of that moment are lost in silence. So reachable means heard: each node says on the
 * shared address, again and again, who it is and whom it hears. When the beacon of A names B, the
 * way from B to A works; when B hears that beacon, the way back works too. A node is joined when
 * this holds for every member.
 *
 * <p>Not safe for concurrent use.
 */
final class Beacons {
  /**
   * What a node says of itself.
   *
   * @param node its name here
   * @param member its name in the cluster manager
   * @param hears the members whose beacons it has received
   */
  record Beacon(NodeId node, String member, Set<String> hears) {
    Beacon {
      hears = Set.copyOf(hears);
    }
  }

  private final NodeId self;
  private final String member;
  private final Map<String, Beacon> heard = new HashMap<>();

  Beacons(NodeId self, String member) {
    this.self = self;
    this.member = member;
  }

  /** Takes another node's beacon; returns true when that node does not hear us yet. */
  boolean receive(Beacon beacon) {
    heard.put(beacon.member(), beacon);
    return !beacon.hears().contains(member);
  }

  /** Returns what to say: whom we hear, of those who are members still. */
  Beacon say(Set<String> members) {
    heard.keySet().retainAll(members);
    return new Beacon(self, member, heard.keySet());
  }

  /** Returns the members with which the way is not known to work in both directions. */
  Set<String> missing(Set<String> members) {
    Set<String> missing = new HashSet<>(members);
    missing.remove(member);
    missing.removeIf(
        other -> heard.containsKey(other) && heard.get(other).hears().contains(member));
    return missing;
  }

  Set<NodeId> peers() {
    Set<NodeId> peers = new HashSet<>();
    heard.values().forEach(beacon -> peers.add(beacon.node()));
    return peers;
  }
}

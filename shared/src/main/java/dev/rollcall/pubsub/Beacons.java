package dev.rollcall.pubsub;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Knows whom this node hears and who hears it.
 *
 * <p>The membership tells who should be reached, not who is: a bus may not listen yet, a wire may
 * be cut, and messages are lost in silence. So reachable means heard: each node says on the shared
 * address, beat by beat, who it is and whom it hears. When the beacon of A names B, the way from B
 * to A works; when B hears that beacon, the way back works too. A node is joined when this holds
 * for every member, and a member with which it does not hold for long is unreached.
 *
 * <p>Not safe for concurrent use.
 */
final class Beacons {
  /** Whose beacon stays away for so many beats is not heard any more. */
  static final int BEATS_HEARD = 5;

  /** The same for one that is no member: it has left, or died, or is only off the list. */
  static final int BEATS_HEARD_OFF_LIST = 2;

  /** Of a node of a version before. */
  static final long UNCOUNTED = -1;

  /** With a broken link for so many: a node starts, and a death is known, in fewer. */
  static final int BEATS_TO_REACH = 10;

  /**
   * What a node says of itself.
   *
   * @param node its name here
   * @param member its name in the cluster manager
   * @param hears the members whose beacons it has received
   * @param said how many broadcasts it has sent to all; {@link #UNCOUNTED} if it does not say so
   */
  record Beacon(NodeId node, String member, Set<String> hears, long said) {
    Beacon {
      Objects.requireNonNull(member);
      hears = Set.copyOf(hears);
    }
  }

  private final NodeId self;
  private final String member;
  private final Map<String, Beacon> heard = new HashMap<>();
  private final Map<String, Integer> silentBeats = new HashMap<>();
  private final Map<String, Integer> missingBeats = new HashMap<>();

  Beacons(NodeId self, String member) {
    this.self = self;
    this.member = member;
  }

  /** Takes another node's beacon; returns true when that node does not hear us yet. */
  boolean receive(Beacon beacon) {
    heard.put(beacon.member(), beacon);
    silentBeats.put(beacon.member(), 0);
    return !beacon.hears().contains(member);
  }

  /** Lets a beat pass, forgets who has been silent too long, and returns who is unreached. */
  Set<String> beat(Set<String> members) {
    silentBeats.replaceAll((other, beats) -> beats + 1);
    silentBeats
        .entrySet()
        .removeIf(
            other ->
                other.getValue()
                    > (members.contains(other.getKey()) ? BEATS_HEARD : BEATS_HEARD_OFF_LIST));
    heard.keySet().retainAll(silentBeats.keySet());
    Set<String> missing = missing(members);
    missingBeats.keySet().retainAll(missing);
    missing.forEach(other -> missingBeats.merge(other, 1, Integer::sum));
    missing.removeIf(other -> missingBeats.get(other) < BEATS_TO_REACH);
    return missing;
  }

  /** Returns what to say: whom we hear, on the list of members or off it, and how much we said. */
  Beacon say(long said) {
    return new Beacon(self, member, heard.keySet(), said);
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

  /** Returns those of them that hear us too, by their own word. */
  Set<NodeId> mutualPeers() {
    Set<NodeId> mutual = new HashSet<>();
    heard.values().stream()
        .filter(beacon -> beacon.hears().contains(member))
        .forEach(beacon -> mutual.add(beacon.node()));
    return mutual;
  }
}

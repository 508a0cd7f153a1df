package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.pubsub.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All nodes that this replica has heard of. Only a beat introduces one, be it relayed: a late delta
 * can't bring back who was forgotten.
 */
final class Peers {
  /** The deadline of one that the cluster manager says has left: a beat missed, and no more. */
  private static final long LEFT_MILLIS = 1_500;

  /** Longer than any message can be late. */
  private static final long TOMBSTONE_MILLIS = 60_000;

  /** Longer than a partition that should heal without a pull. */
  private static final long FORGET_MILLIS = 600_000;

  private final long downAfterMillis;
  private final Topics topics;
  private final Outbox outbox;
  private final Map<NodeId, Peer> peers = new LinkedHashMap<>();
  private final Map<NodeId, Long> tombstones = new HashMap<>();
  private long spareUntilMillis = Long.MIN_VALUE;

  Peers(long downAfterMillis, Topics topics, Outbox outbox) {
    this.downAfterMillis = downAfterMillis;
    this.topics = topics;
    this.outbox = outbox;
  }

  void receive(Beat beat, long nowMillis) {
    Progress word = new Progress(beat.member(), beat.clock(), beat.number());
    hear(beat.node(), word, nowMillis)
        .filter(peer -> !peer.isCaughtUp())
        .ifPresent(peer -> pull(peer, null, nowMillis));
  }

  void receive(Delta delta, long nowMillis) {
    Peer peer = peers.get(delta.node());
    if (peer != null && !peer.apply(delta)) {
      pull(peer, null, nowMillis);
    }
  }

  void receive(Snapshot snapshot) {
    Peer peer = peers.get(snapshot.node());
    if (peer != null) {
      peer.apply(snapshot);
    }
  }

  void receive(Goodbye goodbye, long nowMillis) {
    tombstones.put(goodbye.node(), nowMillis);
    Peer peer = peers.remove(goodbye.node());
    if (peer != null) {
      peer.down(nowMillis);
    }
  }

  /** What another replica holds: signs of life, and clocks that this one may have missed. */
  void receive(Digest digest, long nowMillis) {
    digest
        .nodes()
        .forEach(
            (node, word) ->
                hear(node, word, nowMillis)
                    .ifPresent(peer -> peer.claim(digest.replica(), word.clock(), nowMillis)));
  }

  /** This replica was away itself: nobody is judged before they have had the time to be heard. */
  void spare(long nowMillis) {
    spareUntilMillis = nowMillis + downAfterMillis;
  }

  /** Judges who is up, forgets who is gone, and asks for what others have. */
  void tick(Set<String> members, long nowMillis) {
    if (nowMillis >= spareUntilMillis) {
      peers.values().forEach(peer -> judge(peer, members, nowMillis));
    }
    peers.values().removeIf(peer -> peer.downForMillis(nowMillis) >= FORGET_MILLIS);
    tombstones.values().removeIf(since -> nowMillis - since >= TOMBSTONE_MILLIS);
    for (Peer peer : peers.values()) {
      peer.overdueClaim(nowMillis).ifPresent(replica -> pull(peer, replica, nowMillis));
    }
  }

  /** Tells whether a node of each of these members is known as far as it was heard to be. */
  boolean isCaughtUpWith(Set<String> members) {
    return peers.values().stream()
        .filter(Peer::isCaughtUp)
        .map(Peer::member)
        .collect(Collectors.toSet())
        .containsAll(members);
  }

  Optional<Snapshot> snapshot(NodeId node) {
    return Optional.ofNullable(peers.get(node)).map(Peer::snapshot);
  }

  /** Returns how far the nodes that are up have come: of the others nobody is told. */
  Map<NodeId, Progress> progress() {
    return all().stream().filter(Peer::isUp).collect(Collectors.toMap(Peer::node, Peer::progress));
  }

  Collection<Peer> all() {
    return peers.values();
  }

  private Optional<Peer> hear(NodeId node, Progress word, long nowMillis) {
    if (tombstones.containsKey(node)) {
      return Optional.empty();
    }
    Peer peer = peers.computeIfAbsent(node, unknown -> new Peer(unknown, topics));
    peer.hear(word, nowMillis);
    return Optional.of(peer);
  }

  private void judge(Peer peer, Set<String> members, long nowMillis) {
    long deadline =
        members.contains(peer.member()) ? downAfterMillis : Math.min(LEFT_MILLIS, downAfterMillis);
    if (peer.silentMillis(nowMillis) >= deadline) {
      peer.down(nowMillis);
    }
  }

  private void pull(Peer peer, NodeId replica, long nowMillis) {
    if (peer.mayPull(nowMillis)) {
      outbox.pull(peer.node(), replica, peer.clock());
    }
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.Transfer;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All nodes that this replica has heard of. Only a beat introduces one, be it relayed, or a goodbye
 * after which something may linger: a late delta can't bring back who is gone. Of those that are
 * gone it is remembered for long how far their beats had come; one that said goodbye stays gone,
 * one that was forgotten is heard again only by a beat beyond that.
 */
final class Peers {
  /**
   * The deadline of one that the cluster manager says has left, as a part of the usual one: more
   * than two relayed beats.
   */
  private static final double LEFT_PART = 0.6;

  /** How long a goodbye is told to others: longer than any message can be late. */
  private static final long TELL_MILLIS = 60_000;

  /**
   * How long one who is gone is remembered: longer than a replica can sleep and be let in again.
   */
  private static final long REMEMBER_MILLIS = 86_400_000;

  /** Beyond so many the longest gone is not remembered any more. */
  private static final int MAX_GONE = 20_000;

  /** Longer than a partition that should heal without a snapshot. */
  private static final long FORGET_MILLIS = 600_000;

  /**
   * One that is gone.
   *
   * @param clock of its goodbye, 0 for one that was forgotten without
   */
  private record Gone(long beat, long clock, long atMillis) {}

  private final NodeId self;
  private final long downAfterMillis;
  private final Topics topics;
  private final Backlog backlog;
  private final Outbox outbox;
  private final Map<NodeId, Peer> peers = new LinkedHashMap<>();
  private final Map<NodeId, Gone> gone = new LinkedHashMap<>();
  private Set<String> lastMembers = Set.of();
  private long judgesFromMillis = Long.MIN_VALUE;
  private long heardOthersMillis = Long.MIN_VALUE / 2;

  Peers(NodeId self, long downAfterMillis, Topics topics, Backlog backlog, Outbox outbox) {
    this.self = self;
    this.downAfterMillis = downAfterMillis;
    this.topics = topics;
    this.backlog = backlog;
    this.outbox = outbox;
  }

  void receive(Beat beat, long nowMillis) {
    Progress word = new Progress(beat.member(), beat.clock(), beat.number());
    hear(beat.node(), word, nowMillis).ifPresent(peer -> heardItself(peer, nowMillis));
  }

  void receive(Delta delta, long nowMillis) {
    Peer peer = peers.get(delta.node());
    if (peer == null || peer.hasDeparted()) {
      return;
    }
    long before = peer.part().clock();
    if (!peer.receive(delta, nowMillis)) {
      pull(peer, null, nowMillis);
    } else if (before < peer.part().clock() && peer.isBehind()) {
      peer.answered();
      pull(peer, null, nowMillis);
    }
  }

  void receive(Snapshot piece, long nowMillis) {
    Peer peer = peers.get(piece.node());
    if (peer != null && !peer.hasDeparted()) {
      peer.receive(piece, nowMillis).ifPresent(wanted -> pullPiece(peer, wanted));
      if (peer.isBehind()) {
        pull(peer, null, nowMillis);
      }
    }
  }

  /** A goodbye is the top of its node's clock: after it nothing of the node is news. */
  void receive(Goodbye goodbye, long nowMillis) {
    if (gone.containsKey(goodbye.node())) {
      return;
    }
    Peer peer = introduce(goodbye.node(), nowMillis);
    if (peer.receive(goodbye, nowMillis)) {
      endIfOver(peer, nowMillis);
    } else {
      pull(peer, null, nowMillis);
    }
  }

  /** What another replica holds: signs of life, and clocks that this one may have missed. */
  void receive(Digest digest, long nowMillis) {
    digest
        .nodes()
        .forEach(
            (node, word) ->
                hear(node, word, nowMillis)
                    .ifPresent(peer -> heardOf(peer, digest, word.clock(), nowMillis)));
    digest.departed().keySet().forEach(node -> learnDeparture(node, digest.replica(), nowMillis));
  }

  /** This replica could not hear: nobody is judged before they have had the time to be heard. */
  void grantAll(long nowMillis) {
    judgesFromMillis = nowMillis + downAfterMillis;
  }

  /** Tells whether nobody but this node itself has been heard for too long to judge anybody. */
  boolean isDeaf(Set<String> members, long nowMillis) {
    boolean expectsOthers =
        peers.values().stream()
            .anyMatch(
                peer ->
                    peer.isUp() && !peer.node().equals(self) && members.contains(peer.member()));
    return expectsOthers && nowMillis - heardOthersMillis >= downAfterMillis / 2;
  }

  /** Judges who is up, forgets who is gone, and asks for what others have. */
  void tick(Set<String> members, boolean deaf, long nowMillis) {
    noteLeavers(members);
    for (Peer peer : peers.values()) {
      judge(peer, deaf, nowMillis);
      peer.endReturn(nowMillis);
      peer.part().tick(nowMillis);
      peer.overduePiece(nowMillis).ifPresent(wanted -> pullPiece(peer, wanted));
      peer.overdueClaim(nowMillis).ifPresent(replica -> pullAround(peer, replica, nowMillis));
    }
    List.copyOf(peers.values()).forEach(peer -> endIfOver(peer, nowMillis));
    gone.values().removeIf(who -> nowMillis - who.atMillis() >= REMEMBER_MILLIS);
  }

  /** Tells whether a node of each member was heard since then, and is known as far as it was. */
  boolean isCaughtUpWith(Set<String> members, long sinceMillis) {
    Set<String> known =
        peers.values().stream()
            .filter(peer -> peer.isCaughtUp(sinceMillis))
            .map(Peer::member)
            .collect(Collectors.toSet());
    boolean named =
        peers.values().stream().allMatch(peer -> !peer.isUp() || peer.isCaughtUp(sinceMillis));
    return named && known.containsAll(members);
  }

  /** Answers one who missed something of a node, with what this replica has of it. */
  void answer(Pull pull, long nowMillis) {
    Peer peer = peers.get(pull.node());
    Gone left = gone.get(pull.node());
    if (peer == null) {
      if (left != null && left.clock() > 0) {
        outbox.toReplica(pull.asker(), new Goodbye(pull.node(), left.clock(), Map.of()));
      }
      return;
    }
    List<PresenceMessage> answer = new ArrayList<>();
    if (!peer.hasDeparted() || pull.after() < peer.part().clock()) {
      answer.addAll(peer.part().answer(pull, self, nowMillis));
    }
    peer.goodbye(nowMillis).ifPresent(answer::add);
    answer.forEach(message -> outbox.toReplica(pull.asker(), message));
  }

  void answer(PullPiece pull, long nowMillis) {
    Optional.ofNullable(peers.get(pull.node()))
        .flatMap(peer -> peer.part().answer(pull, self, nowMillis))
        .ifPresent(piece -> outbox.toReplica(pull.asker(), piece));
  }

  /** Returns how far the nodes that are up have come: of the others nobody is told. */
  Map<NodeId, Progress> progress() {
    return peers.values().stream()
        .filter(Peer::isUp)
        .collect(Collectors.toMap(Peer::node, Peer::progress));
  }

  /** Returns those that said goodbye lately. */
  Map<NodeId, Long> departed(long nowMillis) {
    Map<NodeId, Long> departed = new HashMap<>();
    gone.forEach(
        (node, who) -> {
          if (who.clock() > 0 && nowMillis - who.atMillis() < TELL_MILLIS) {
            departed.put(node, who.clock());
          }
        });
    peers.values().stream()
        .filter(Peer::hasDeparted)
        .forEach(peer -> departed.put(peer.node(), peer.part().clock()));
    return departed;
  }

  /** Tells whether the node is known to be gone. */
  boolean isGone(NodeId node) {
    return gone.containsKey(node);
  }

  /** Returns those that went lately, with or without a goodbye. */
  Set<NodeId> goneLately(long nowMillis) {
    return gone.entrySet().stream()
        .filter(who -> nowMillis - who.getValue().atMillis() < TELL_MILLIS)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Tells whether the entry's node is known to have it. */
  boolean has(Entry entry) {
    Peer peer = peers.get(entry.ref().node());
    return peer != null && peer.part().get(entry.ref().clock()) != null;
  }

  Collection<Peer> all() {
    return peers.values();
  }

  private Optional<Peer> hear(NodeId node, Progress word, long nowMillis) {
    Gone before = gone.get(node);
    if (before != null && (before.clock() > 0 || word.beat() <= before.beat())) {
      return Optional.empty();
    }
    gone.remove(node);
    Peer peer = introduce(node, nowMillis);
    if (peer.hear(word, nowMillis) && !node.equals(self)) {
      heardOthersMillis = nowMillis;
    }
    return Optional.of(peer);
  }

  private void heardItself(Peer peer, long nowMillis) {
    peer.sureOfClock();
    if (peer.isBehind()) {
      pull(peer, null, nowMillis);
    }
  }

  /** One that is not ready may relay the beat of a node of which it has but a part. */
  private void heardOf(Peer peer, Digest digest, long clock, long nowMillis) {
    if (digest.ready()) {
      peer.sureOfClock();
    }
    peer.claim(digest.replica(), clock, nowMillis);
  }

  private void learnDeparture(NodeId node, NodeId replica, long nowMillis) {
    if (gone.containsKey(node)) {
      return;
    }
    Peer peer = introduce(node, nowMillis);
    if (!peer.hasDeparted()) {
      pullAround(peer, replica, nowMillis);
    }
  }

  private Peer introduce(NodeId node, long nowMillis) {
    return peers.computeIfAbsent(node, unknown -> new Peer(unknown, topics, backlog, nowMillis));
  }

  /** Relayed beats may come two seconds apart: one that is heard after it left has all its time. */
  private void noteLeavers(Set<String> members) {
    if (!members.isEmpty()) {
      Set<String> before = lastMembers;
      peers.values().stream()
          .filter(peer -> before.contains(peer.member()) && !members.contains(peer.member()))
          .forEach(Peer::leave);
      lastMembers = members;
    }
  }

  private void judge(Peer peer, boolean deaf, long nowMillis) {
    if (nowMillis < judgesFromMillis) {
      return;
    }
    boolean left = peer.hasLeft();
    double deadline = left ? LEFT_PART * downAfterMillis : downAfterMillis;
    if ((left || !deaf) && peer.silentMillis(nowMillis) >= deadline) {
      peer.down(nowMillis);
    }
  }

  private void endIfOver(Peer peer, long nowMillis) {
    if (peer.hasEnded(nowMillis)) {
      forget(peer, new Gone(Long.MAX_VALUE, peer.part().clock(), nowMillis));
    } else if (peer.downForMillis(nowMillis) >= FORGET_MILLIS) {
      forget(peer, new Gone(peer.beat(), 0, nowMillis));
    }
  }

  private void forget(Peer peer, Gone how) {
    peer.forget();
    peers.remove(peer.node());
    remember(peer.node(), how);
  }

  private void remember(NodeId node, Gone how) {
    gone.put(node, how);
    if (gone.size() > MAX_GONE) {
      Iterator<NodeId> oldest = gone.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private void pull(Peer peer, NodeId replica, long nowMillis) {
    if (peer.mayPull(nowMillis)) {
      Pull pull = new Pull(self, peer.node(), peer.part().clock());
      if (replica == null) {
        outbox.toNode(peer.node(), pull);
      } else {
        outbox.toReplica(replica, pull);
      }
    }
  }

  /** Asks a replica that knows more, whether or not the node itself has just been asked. */
  private void pullAround(Peer peer, NodeId replica, long nowMillis) {
    peer.answered();
    pull(peer, replica, nowMillis);
  }

  private void pullPiece(Peer peer, Transfer<Long, NodeId> wanted) {
    PullPiece pull = new PullPiece(self, peer.node(), wanted.id(), wanted.next());
    if (wanted.source().equals(peer.node())) {
      outbox.toNode(peer.node(), pull);
    } else {
      outbox.toReplica(wanted.source(), pull);
    }
  }
}

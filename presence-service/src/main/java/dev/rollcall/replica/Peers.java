package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.Transfer;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All nodes that this replica has heard of. Only a beat introduces one, be it relayed, or a goodbye
 * after which something may linger: a late delta can't bring back who is gone.
 */
final class Peers {
  /** Longer than a partition that should heal without a snapshot. */
  private static final long FORGET_MILLIS = 600_000;

  /** The same of one that was only heard to have gone: nothing of it lingers for longer. */
  private static final long FORGET_UNHEARD_MILLIS = 60_000;

  private final NodeId self;
  private final ReplicaConfig config;
  private final Topics topics;
  private final Backlog backlog;
  private final Outbox outbox;
  private final Map<NodeId, Peer> peers = new LinkedHashMap<>();
  private final Gone gone = new Gone();
  private Set<String> lastMembers = Set.of();
  private long judgesFromMillis = Long.MIN_VALUE;
  private long heardOthersMillis = Long.MIN_VALUE / 2;

  Peers(NodeId self, ReplicaConfig config, Topics topics, Backlog backlog, Outbox outbox) {
    this.self = self;
    this.config = config;
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
      peer.pulling().answered();
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
    if (gone.contains(goodbye.node())) {
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
    digest
        .departed()
        .forEach((node, clock) -> learnDeparture(node, clock, digest.replica(), nowMillis));
  }

  /** This replica could not hear: nobody is judged before they have had the time to be heard. */
  void grantAll(long nowMillis) {
    judgesFromMillis = nowMillis + config.downAfterMillis();
  }

  /** Tells whether nobody but this node itself has been heard for too long to judge anybody. */
  boolean isDeaf(Set<String> members, long nowMillis) {
    boolean expectsOthers =
        peers.values().stream()
            .anyMatch(
                peer ->
                    peer.isUp() && !peer.node().equals(self) && members.contains(peer.member()));
    return expectsOthers && nowMillis - heardOthersMillis >= config.deafAfterMillis();
  }

  /** Judges who is up, forgets who is gone, and asks for what others have. */
  void tick(Set<String> members, boolean deaf, long nowMillis) {
    noteLeavers(members);
    for (Peer peer : peers.values()) {
      judge(peer, deaf, nowMillis);
      peer.endReturn(nowMillis);
      peer.part().tick(nowMillis);
      pullOverdue(peer, nowMillis);
    }
    List.copyOf(peers.values()).forEach(peer -> endIfOver(peer, nowMillis));
    gone.tick(nowMillis);
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
    if (peer == null) {
      answerOfGone(pull);
      return;
    }
    List<PresenceMessage> answer = new ArrayList<>();
    if (!peer.hasDeparted() || pull.after() < peer.part().clock()) {
      answer.addAll(peer.part().answer(pull, self, nowMillis));
    }
    answer.addAll(peer.goodbye(nowMillis));
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
    Map<NodeId, Long> departed = gone.lately(nowMillis);
    departed.values().removeIf(clock -> clock == 0);
    peers.values().stream()
        .filter(Peer::hasSaidGoodbye)
        .forEach(peer -> departed.put(peer.node(), peer.goodbyeClock()));
    return departed;
  }

  /** Tells whether the node is known to be gone. */
  boolean isGone(NodeId node) {
    return gone.contains(node);
  }

  /** Returns those that went lately, with or without a goodbye. */
  Set<NodeId> goneLately(long nowMillis) {
    return gone.lately(nowMillis).keySet();
  }

  /** Tells whether the ref's node is known to have its entry. */
  boolean has(Ref ref) {
    Peer peer = peers.get(ref.node());
    return peer != null && peer.part().get(ref.clock()) != null;
  }

  /** Tells whether the ref's node is known to have had its entry, and to have it no more. */
  boolean isOver(Ref ref) {
    Peer peer = peers.get(ref.node());
    return peer == null
        ? gone.goodbyeClock(ref.node()) > 0
        : peer.isSettled() && peer.part().clock() >= ref.clock() && !has(ref);
  }

  boolean isUp(NodeId node) {
    Peer peer = peers.get(node);
    return peer != null && peer.isUp();
  }

  Collection<Peer> all() {
    return peers.values();
  }

  private void answerOfGone(Pull pull) {
    long clock = gone.goodbyeClock(pull.node());
    if (clock > 0) {
      outbox.toReplica(pull.asker(), new Goodbye(pull.node(), clock, Map.of()));
    }
  }

  private Optional<Peer> hear(NodeId node, Progress word, long nowMillis) {
    if (gone.outlasts(node, word.beat())) {
      return Optional.empty();
    }
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
    peer.pulling().claim(digest.replica(), clock, peer.part().clock(), nowMillis);
  }

  private void learnDeparture(NodeId node, long clock, NodeId replica, long nowMillis) {
    if (gone.contains(node)) {
      return;
    }
    Peer peer = introduce(node, nowMillis);
    if (!peer.hasDeparted()) {
      peer.departing(clock);
      // It is about to be taken for down: at once, and soon again.
      peer.pulling().claim(replica, clock, peer.part().clock(), nowMillis);
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
    long deadlineMillis = left ? config.leftAfterMillis() : config.downAfterMillis();
    if ((left || !deaf) && peer.silentMillis(nowMillis) >= deadlineMillis) {
      peer.down(nowMillis);
    }
  }

  private void endIfOver(Peer peer, long nowMillis) {
    if (peer.hasEnded(nowMillis)) {
      forget(peer);
      gone.saidGoodbye(peer.node(), peer.part().clock(), nowMillis);
    } else if (peer.downForMillis(nowMillis) >= forgetAfterMillis(peer) && peer.isSettled()) {
      forget(peer);
      gone.wasForgotten(peer.node(), peer.beat(), nowMillis);
    }
  }

  private static long forgetAfterMillis(Peer peer) {
    return peer.wasHeard() ? FORGET_MILLIS : FORGET_UNHEARD_MILLIS;
  }

  private void forget(Peer peer) {
    peer.forget();
    peers.remove(peer.node());
  }

  private void pull(Peer peer, NodeId replica, long nowMillis) {
    if (peer.pulling().mayPull(nowMillis)) {
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
    peer.pulling().answered();
    pull(peer, replica, nowMillis);
  }

  private void pullOverdue(Peer peer, long nowMillis) {
    long clock = peer.part().clock();
    peer.pulling().overdue(clock, nowMillis).ifPresent(wanted -> pullPiece(peer, wanted));
    peer.pulling()
        .overdueClaim(clock, nowMillis)
        .ifPresent(replica -> pullAround(peer, replica, nowMillis));
    if (!peer.isBehind()) {
      peer.pulling().answered();
    } else if (peer.isUp() && peer.pulling().isUnanswered(nowMillis)) {
      pull(peer, null, nowMillis);
    }
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

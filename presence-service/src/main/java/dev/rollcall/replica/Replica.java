package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Epoch;
import dev.rollcall.presence.Operation;
import dev.rollcall.presence.Position;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.Replicas;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one replica knows and decides.
 *
 * <p>Each node writes only its own part, so merging is simple: of two states of a node, the one
 * with the larger clock is right, and nothing depends on the order in which messages arrive. A
 * delta applies only where the clock stands; a gap is pulled; a snapshot replaces what is older.
 * Apart from that state, each replica judges for itself who lives: a node that is silent for {@code
 * downAfter} is down, its entries hidden but kept, and visible again with its next beat. What is
 * visible, of the topics that fall to this replica, goes out as numbered diffs.
 *
 * <p>Delta-state replication of single-writer sets after ORSWOT's dots (Bieniusa et al., 2012),
 * with digests after Scuttlebutt (van Renesse et al., 2008).
 *
 * <p>Not safe for concurrent use. Time comes in with each call, effects go out through the outbox.
 */
final class Replica {
  /** How much sooner than by silence alone: two beats missed by one who left the cluster. */
  private static final long LEFT_MILLIS = 1_500;

  /** A tick this late means that this process stood still: then it has heard nobody. */
  private static final long LATE_TICK_MILLIS = 1_000;

  /** Longer than any message can be late. */
  private static final long TOMBSTONE_MILLIS = 60_000;

  private static final long FORGET_MILLIS = 600_000;

  /** Where effects go. Must not block, and must not call back. */
  interface Outbox {
    void publish(Diff diff);

    /** Asks the node itself, or when not null another replica, for what came after a clock. */
    void pull(NodeId node, NodeId fromReplica, long after);
  }

  private final NodeId self;
  private final String member;
  private final long downAfterMillis;
  private final Outbox outbox;
  private final Map<NodeId, Peer> peers = new HashMap<>();
  private final Map<NodeId, Long> tombstones = new HashMap<>();
  private final Topics topics = new Topics();
  private final Replicas replicas = new Replicas();
  private final Ownerships ownerships;
  private final long startedMillis;
  private Set<String> members = Set.of();
  private long lastTickMillis;
  private boolean ready;
  private boolean leaving;

  Replica(NodeId self, String member, long downAfterMillis, Outbox outbox, long nowMillis) {
    this.self = self;
    this.member = member;
    this.downAfterMillis = downAfterMillis;
    this.outbox = outbox;
    this.ownerships = new Ownerships(self);
    this.startedMillis = nowMillis;
    this.lastTickMillis = nowMillis;
  }

  void receive(PresenceMessage message, long nowMillis) {
    if (message instanceof Beat beat) {
      receive(beat, nowMillis);
    } else if (message instanceof Delta delta) {
      receive(delta, nowMillis);
    } else if (message instanceof Snapshot snapshot) {
      receive(snapshot, nowMillis);
    } else if (message instanceof Goodbye goodbye) {
      receive(goodbye, nowMillis);
    } else if (message instanceof Digest digest && !digest.replica().equals(self)) {
      receive(digest, nowMillis);
    }
  }

  /** Judges who lives, who owns, and whether this replica is ready. */
  void tick(Set<String> currentMembers, long nowMillis) {
    members = Set.copyOf(currentMembers);
    boolean late = nowMillis - lastTickMillis > LATE_TICK_MILLIS;
    lastTickMillis = nowMillis;
    if (late) {
      peers.values().forEach(peer -> peer.grant(nowMillis));
    }
    List.copyOf(peers.values()).forEach(peer -> judge(peer, nowMillis));
    tombstones.values().removeIf(since -> nowMillis - since > TOMBSTONE_MILLIS);
    judgeReadiness(nowMillis);
    judgeOwners(nowMillis);
  }

  /** Publishes the open windows of the topics that are owned here. */
  void flush() {
    topics.takeOpen().forEach(this::flush);
  }

  boolean hasOpenWindow() {
    return topics.anyOpen();
  }

  /** Answers a view; empty when this replica is not ready. */
  Optional<Answer> answer(Ask ask) {
    if (!ready || leaving) {
      return Optional.empty();
    }
    List<State> states = new ArrayList<>();
    ask.topics().forEach((topic, at) -> state(topic, at).ifPresent(states::add));
    return Optional.of(new Answer(states));
  }

  /** Answers another replica; empty when the node is not known here. */
  Optional<Snapshot> answer(Pull pull) {
    return Optional.ofNullable(peers.get(pull.node()))
        .map(peer -> new Snapshot(peer.node(), peer.clock(), List.copyOf(peer.entries())));
  }

  /** What this replica tells the others: those that are down it teaches nobody. */
  Digest digest() {
    Map<NodeId, Progress> nodes = new HashMap<>();
    for (Peer peer : peers.values()) {
      if (peer.up()) {
        nodes.put(peer.node(), new Progress(peer.member(), peer.clock(), peer.beat()));
      }
    }
    return new Digest(self, member, isReady(), ownerships.highestCounter(), nodes);
  }

  Readiness readiness() {
    return new Readiness(self, member, isReady());
  }

  /** From here on this replica owns nothing and answers nobody. */
  void leave(long nowMillis) {
    leaving = true;
    judgeOwners(nowMillis);
  }

  boolean isReady() {
    return ready && !leaving;
  }

  int nodesUp() {
    return (int) peers.values().stream().filter(Peer::up).count();
  }

  int nodesDown() {
    return peers.size() - nodesUp();
  }

  int presences() {
    return peers.values().stream().mapToInt(peer -> peer.entries().size()).sum();
  }

  private void receive(Beat beat, long nowMillis) {
    if (tombstones.containsKey(beat.node())) {
      return;
    }
    Peer peer = peer(beat.node(), nowMillis);
    if (peer.hear(beat.member(), beat.number(), beat.clock(), nowMillis)) {
      show(peer);
    }
    if (beat.clock() > peer.clock()) {
      pull(peer, null, nowMillis);
    }
  }

  private void receive(Delta delta, long nowMillis) {
    if (tombstones.containsKey(delta.node())) {
      return;
    }
    Peer peer = peer(delta.node(), nowMillis);
    if (delta.from() > peer.clock()) {
      pull(peer, null, nowMillis);
      return;
    }
    for (Operation operation : delta.operations()) {
      if (operation.clock() == peer.clock() + 1) {
        apply(peer, operation);
      }
    }
  }

  private void apply(Peer peer, Operation operation) {
    Entry removed = operation.removed() == null ? null : peer.entry(operation.removed());
    peer.apply(operation);
    if (!peer.up()) {
      return;
    }
    if (removed != null) {
      topics.hide(removed);
    }
    if (operation.added() != null) {
      topics.show(operation.added());
    }
  }

  private void receive(Snapshot snapshot, long nowMillis) {
    if (tombstones.containsKey(snapshot.node())) {
      return;
    }
    Peer peer = peer(snapshot.node(), nowMillis);
    if (snapshot.clock() <= peer.clock()) {
      return;
    }
    Map<Ref, Entry> before = peer.replace(snapshot.clock(), snapshot.entries());
    if (peer.up()) {
      before.values().stream().filter(entry -> !peer.has(entry.ref())).forEach(topics::hide);
      peer.entries().forEach(topics::show);
    }
  }

  private void receive(Goodbye goodbye, long nowMillis) {
    tombstones.put(goodbye.node(), nowMillis);
    Peer peer = peers.remove(goodbye.node());
    if (peer != null) {
      hide(peer);
    }
  }

  private void receive(Digest digest, long nowMillis) {
    replicas.receive(new Readiness(digest.replica(), digest.member(), digest.ready()), nowMillis);
    ownerships.see(digest.epochCounter());
    digest.nodes().forEach((node, at) -> receive(node, at, digest.replica(), nowMillis));
    judgeOwners(nowMillis);
  }

  private void receive(NodeId node, Progress at, NodeId replica, long nowMillis) {
    if (tombstones.containsKey(node)) {
      return;
    }
    Peer peer = peer(node, nowMillis);
    if (peer.hear(at.member(), at.beat(), 0, nowMillis)) {
      show(peer);
    }
    peer.claim(at.clock(), replica, nowMillis);
  }

  private Peer peer(NodeId node, long nowMillis) {
    return peers.computeIfAbsent(node, name -> new Peer(name, nowMillis));
  }

  private void pull(Peer peer, NodeId fromReplica, long nowMillis) {
    if (peer.mayPull(nowMillis)) {
      outbox.pull(peer.node(), fromReplica, peer.clock());
    }
  }

  private void show(Peer peer) {
    if (!peer.up()) {
      peer.judge(true);
      peer.entries().forEach(topics::show);
    }
  }

  private void hide(Peer peer) {
    if (peer.up()) {
      peer.judge(false);
      peer.entries().forEach(topics::hide);
    }
  }

  private void judge(Peer peer, long nowMillis) {
    long silentMillis = nowMillis - peer.heardMillis();
    boolean left = !peer.member().isEmpty() && !members.contains(peer.member());
    if (silentMillis > (left ? Math.min(LEFT_MILLIS, downAfterMillis) : downAfterMillis)) {
      hide(peer);
    }
    if (silentMillis > FORGET_MILLIS) {
      peers.remove(peer.node());
      return;
    }
    NodeId ahead = peer.ahead(nowMillis);
    if (ahead != null) {
      pull(peer, ahead, nowMillis);
      peer.dropClaim();
    }
  }

  /** Ready is who knows all that every member tracks, or has waited for as long as it may take. */
  private void judgeReadiness(long nowMillis) {
    Set<String> missing = new HashSet<>(members);
    peers.values().stream().filter(Peer::caughtUp).map(Peer::member).forEach(missing::remove);
    boolean waited = nowMillis - startedMillis >= downAfterMillis;
    ready = ready || (!members.isEmpty() && missing.isEmpty()) || waited;
  }

  private void judgeOwners(long nowMillis) {
    replicas.receive(readiness(), nowMillis);
    if (replicas.judge(members, nowMillis)) {
      // What changed before a topic fell to this replica is in the state that it answers with.
      flush();
      ownerships.divide(replicas.ready());
    }
  }

  private void flush(String topic) {
    TopicState state = topics.get(topic);
    Optional<Epoch> epoch = ownerships.epoch(topic);
    if (state.changed() && epoch.isPresent()) {
      Position position = new Position(epoch.get(), state.nextNumber());
      outbox.publish(new Diff(topic, position, state.joins(), state.leaves()));
    }
    topics.closeWindow(topic);
  }

  /** A list never has changes in it that its number does not. */
  private Optional<State> state(String topic, Position at) {
    Optional<Epoch> epoch = ownerships.epoch(topic);
    if (epoch.isEmpty()) {
      return Optional.empty();
    }
    flush(topic);
    TopicState state = topics.get(topic);
    Position position = new Position(epoch.get(), state.number());
    return position.equals(at)
        ? Optional.empty()
        : Optional.of(new State(topic, position, state.visible()));
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.Position;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.Replicas;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one replica knows and decides.
 *
 * <p>A node alone writes what it tracks, and numbers its operations. Of two copies of a node's part
 * the one with the higher clock is therefore right, and replicas that have heard the same, in
 * whatever order and however often, hold the same. Say node {@code n7} sends {@code 1: +Ana},
 * {@code 2: +Bob}, {@code 3: -Ana}, and 2 is lost: a replica at clock 1 can't apply 3, asks n7 for
 * what came after 1, and gets 2 and 3. Should n7 be out of reach, another replica's digest says
 * that it has clock 3, and half a second later this one asks there.
 *
 * <p>Who lives is no part of that state: each replica judges by the beats that it hears, its own or
 * relayed in digests. A node that falls silent is hidden, not deleted, and its next beat shows it
 * again with all it had. So a partition shows each side its own people, and healing loses nobody.
 *
 * <p>What becomes visible or hidden on a topic within one window is one diff, numbered, if the
 * topic falls to this replica. When a topic comes to another replica, numbering starts in a new
 * epoch.
 *
 * <p>Not safe for concurrent use. Knows no clock: time comes in with each call and is in
 * milliseconds from any origin. After Bieniusa et al., 2012 (optimized sets), and van Renesse et
 * al., 2008 (Scuttlebutt).
 */
final class Replica {
  /** How often the others are told, and the views. */
  private static final long WORD_MILLIS = 1_000;

  /** A tick that is later than this: the process stood still, and has heard nobody meanwhile. */
  private static final long LATE_MILLIS = 1_000;

  private final NodeId self;
  private final String member;
  private final long downAfterMillis;
  private final Outbox outbox;
  private final Topics topics = new Topics();
  private final Peers peers;
  private final Replicas replicas = new Replicas();
  private final Owner owner;
  private Set<String> members = Set.of();
  private boolean ready;
  private boolean closed;
  private boolean awoke;
  private long readyAtMillis = Long.MAX_VALUE;
  private long lateFromMillis = Long.MAX_VALUE;
  private long nextWordMillis = Long.MIN_VALUE;

  /** What is measured. */
  record Counts(int presences, int nodesUp, int nodesDown) {
    static final Counts NONE = new Counts(0, 0, 0);
  }

  /**
   * Returns a replica that knows nobody.
   *
   * @param member its name in the cluster manager
   * @param downAfterMillis how long a node may be silent
   */
  Replica(NodeId self, String member, long downAfterMillis, Outbox outbox) {
    this.self = self;
    this.member = member;
    this.downAfterMillis = downAfterMillis;
    this.outbox = outbox;
    this.peers = new Peers(downAfterMillis, topics, outbox);
    this.owner = new Owner(self);
  }

  /** Takes a message from a node or another replica, in any order and any number of times. */
  void receive(PresenceMessage message, long nowMillis) {
    if (message instanceof Beat beat) {
      peers.receive(beat, nowMillis);
    } else if (message instanceof Delta delta) {
      peers.receive(delta, nowMillis);
    } else if (message instanceof Snapshot snapshot) {
      peers.receive(snapshot);
    } else if (message instanceof Goodbye goodbye) {
      peers.receive(goodbye, nowMillis);
    } else if (message instanceof Digest digest && !digest.replica().equals(self)) {
      receive(digest, nowMillis);
    }
  }

  /** Takes the cluster manager's word of who is in the cluster. The next tick goes by it. */
  void members(Set<String> names) {
    members = Set.copyOf(names);
  }

  /** Judges nodes, readiness and ownership, and gives word. To be called a few times a second. */
  void tick(long nowMillis) {
    if (closed) {
      return;
    }
    awoke = nowMillis > lateFromMillis;
    lateFromMillis = nowMillis + LATE_MILLIS;
    if (awoke) {
      peers.spare(nowMillis);
    }
    peers.tick(members, nowMillis);
    boolean becameReady = judgeReadiness(nowMillis);
    judgeOwners(nowMillis);
    if (becameReady || nowMillis >= nextWordMillis) {
      nextWordMillis = nowMillis + WORD_MILLIS;
      giveWord();
    }
  }

  /** Ends all windows; those of the topics that are owned here are published. */
  void flush() {
    topics.open().forEach(this::flush);
  }

  /** Tells whether there is something to flush. */
  boolean isPending() {
    return topics.anyOpen();
  }

  /** Returns the lists that stand elsewhere than asked, of topics owned here; null if not ready. */
  Answer answer(Ask ask) {
    if (!ready) {
      return null;
    }
    List<State> states = new ArrayList<>();
    ask.topics().forEach((topic, at) -> state(topic, at).ifPresent(states::add));
    return new Answer(states);
  }

  /** Returns all that is known of a node; null of one that is not known. */
  Snapshot answer(Pull pull) {
    return peers.snapshot(pull.node()).orElse(null);
  }

  /** Returns what the other replicas are told. */
  Digest digest() {
    return new Digest(self, member, ready, owner.highestCounter(), peers.progress());
  }

  boolean isReady() {
    return ready;
  }

  Counts counts() {
    int presences = 0;
    int up = 0;
    for (Peer peer : peers.all()) {
      if (peer.isUp()) {
        up++;
        presences += peer.size();
      }
    }
    return new Counts(presences, up, peers.all().size() - up);
  }

  /** Publishes what is pending, then hands over: this replica owns and answers nothing any more. */
  void close() {
    flush();
    closed = true;
    ready = false;
    owner.divideAmong(Set.of());
    giveWord();
  }

  private void receive(Digest digest, long nowMillis) {
    replicas.receive(new Readiness(digest.replica(), digest.member(), digest.ready()), nowMillis);
    owner.hear(digest.epochCounter());
    peers.receive(digest, nowMillis);
    if (!closed && !awoke) {
      judgeOwners(nowMillis);
    }
  }

  /** Returns true when this replica has just become ready, which it then stays. */
  private boolean judgeReadiness(long nowMillis) {
    if (ready) {
      return false;
    }
    readyAtMillis = Math.min(readyAtMillis, nowMillis + downAfterMillis);
    boolean complete = !members.isEmpty() && peers.isCaughtUpWith(members);
    ready = complete || nowMillis >= readyAtMillis;
    return ready;
  }

  /**
   * Takes and gives up topics. One that awoke gives up all until it has heard the others, who may
   * have taken over meanwhile: so its next epochs are above theirs.
   */
  private void judgeOwners(long nowMillis) {
    replicas.receive(new Readiness(self, member, ready), nowMillis);
    if (!awoke) {
      replicas.judge(members, nowMillis);
    }
    Set<NodeId> among = awoke ? Set.of() : replicas.ready();
    if (!owner.isDividedAmong(among)) {
      // A window that is open now belongs to the epochs so far.
      flush();
      owner.divideAmong(among);
    }
  }

  private void giveWord() {
    outbox.gossip(digest());
    outbox.announce(new Readiness(self, member, ready));
  }

  private void flush(String topic) {
    topics
        .endWindow(topic)
        .ifPresent(
            change ->
                owner
                    .epoch(topic)
                    .map(epoch -> new Position(epoch, change.number()))
                    .map(at -> new Diff(topic, at, change.joins(), change.leaves()))
                    .ifPresent(outbox::publish));
  }

  /** A state never has in it what its number has not: the open window is published before. */
  private Optional<State> state(String topic, Position asked) {
    if (owner.epoch(topic).isEmpty()) {
      return Optional.empty();
    }
    flush(topic);
    return owner
        .epoch(topic)
        .map(epoch -> new Position(epoch, topics.number(topic)))
        .filter(position -> !position.equals(asked))
        .map(position -> new State(topic, position, topics.visible(topic)));
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.AskPiece;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Relay;
import dev.rollcall.presence.PresenceMessage.Replaced;
import dev.rollcall.presence.PresenceMessage.Result;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.PresenceMessage.Unfollow;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.Replicas;
import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.Map;
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
 * again with all it has. So a partition shows each side its own people, and healing loses nobody. A
 * replica that stood still, or that hears nobody, judges nobody: it is not ready until it has heard
 * everybody anew.
 *
 * <p>What becomes visible or hidden on a topic within one window is one diff, numbered, if the
 * topic falls to this replica, and goes to the nodes that follow the topic. When a topic comes to
 * another replica, numbering starts in a new epoch.
 *
 * <p>Not safe for concurrent use. Knows no clock: time comes in with each call and is in
 * milliseconds from any origin. After Bieniusa et al., 2012 (optimized sets), and van Renesse et
 * al., 2008 (Scuttlebutt).
 */
final class Replica {
  /** How often the others are told, and the views. */
  static final long WORD_MILLIS = 1_000;

  /** A tick that is later than this: the process stood still, and has heard nobody meanwhile. */
  private static final long LATE_MILLIS = 1_000;

  /** So many entries are shown, and changes told, in one turn: other work waits but a moment. */
  private static final int TURN = 4_096;

  private final NodeId self;
  private final String member;
  private final ReplicaConfig config;
  private final Outbox outbox;
  private final int turn;
  private final Topics topics;
  private final Backlog backlog = new Backlog();
  private final Peers peers;
  private final Replicas replicas = new Replicas();
  private final Owner owner;
  private final Followers followers = new Followers();
  private final Answers answers;
  private final Publisher publisher;
  private final Displaced displaced = new Displaced();
  private Set<String> members = Set.of();
  private boolean ready;
  private boolean closed;
  private long listensSinceMillis = Long.MIN_VALUE;
  private long lateFromMillis = Long.MAX_VALUE;
  private long nextWordMillis = Long.MIN_VALUE;
  private Set<NodeId> toldReady = Set.of();

  /**
   * What is measured.
   *
   * @param unfinished changes that wait for their turn, lists that are being read in pieces, nodes
   *     that were only heard to have gone, and sessions that came back elsewhere, which are
   *     remembered for a while: of all these nothing is left where nobody has come or gone for 20
   *     minutes
   */
  record Counts(
      int presences, int topics, int nodesUp, int nodesDown, int followed, int unfinished) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          presences + other.presences,
          topics + other.topics,
          Math.max(nodesUp, other.nodesUp),
          Math.max(nodesDown, other.nodesDown),
          followed + other.followed,
          unfinished + other.unfinished);
    }
  }

  /**
   * Returns a replica that knows nobody.
   *
   * @param member its name in the cluster manager
   */
  Replica(NodeId self, String member, ReplicaConfig config, Outbox outbox) {
    this(self, member, config, outbox, TURN);
  }

  /**
   * As above.
   *
   * @param turn how much is shown and told at a time
   */
  Replica(NodeId self, String member, ReplicaConfig config, Outbox outbox, int turn) {
    this.turn = turn;
    this.self = self;
    this.member = member;
    this.config = config;
    this.outbox = outbox;
    this.topics = new Topics(config.windows(), displaced::add, this::isOver);
    this.peers = new Peers(self, config, topics, backlog, outbox);
    this.owner = new Owner(self);
    this.answers = new Answers(self, topics, owner);
    this.publisher = new Publisher(topics, owner, followers, outbox, turn);
  }

  /** Takes a message from a node or another replica, in any order and any number of times. */
  void receive(PresenceMessage message, long nowMillis) {
    wake(nowMillis);
    if (message instanceof Beat beat) {
      peers.receive(beat, nowMillis);
    } else if (message instanceof Delta delta) {
      peers.receive(delta, nowMillis);
    } else if (message instanceof Snapshot snapshot) {
      peers.receive(snapshot, nowMillis);
    } else if (message instanceof Goodbye goodbye) {
      peers.receive(goodbye, nowMillis);
    } else if (message instanceof Digest digest) {
      receive(digest, nowMillis);
    } else if (message instanceof Pull pull) {
      peers.answer(pull, nowMillis);
    } else if (message instanceof PullPiece pull) {
      peers.answer(pull, nowMillis);
    } else {
      receiveOfViews(message, nowMillis);
    }
    backlog.work(turn);
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
    wake(nowMillis);
    lateFromMillis = nowMillis + LATE_MILLIS;
    if (listensSinceMillis == Long.MIN_VALUE) {
      listensSinceMillis = nowMillis;
    }
    boolean deaf = peers.isDeaf(members, nowMillis);
    if (deaf) {
      withdraw(nowMillis);
    }
    peers.tick(members, deaf, nowMillis);
    backlog.work(turn);
    answers.tick(nowMillis);
    judgeReadiness(deaf, nowMillis);
    judgeOwners(nowMillis);
    followers.retain(owner::owns, node -> !peers.isGone(node), nowMillis);
    topics.claims().tick(peers::has, nowMillis);
    displaced
        .due(old -> peers.has(old.ref()), old -> owner.owns(old.topic()), nowMillis)
        .forEach(this::tellDisplaced);
    boolean news = !replicas.ready().equals(toldReady);
    if (news || nowMillis >= nextWordMillis) {
      nextWordMillis = nowMillis + WORD_MILLIS;
      giveWord(nowMillis);
    }
  }

  /**
   * Ends the windows that are due; those of the topics that are owned here are published. Where
   * that is too much for one turn, some stay open.
   */
  void flush(long nowMillis) {
    wake(nowMillis);
    backlog.work(turn);
    publisher.flush(nowMillis);
  }

  /** Tells whether there is something to flush, now or soon. */
  boolean isPending() {
    return topics.anyOpen() || !backlog.isEmpty();
  }

  /** Answers about a topic that its asker does not follow; null if not ready. */
  Result answer(Query query, long nowMillis) {
    wake(nowMillis);
    return ready ? answers.to(query) : null;
  }

  boolean isReady() {
    return ready;
  }

  Counts counts() {
    int presences = 0;
    int up = 0;
    int down = 0;
    int unheard = 0;
    for (Peer peer : peers.all()) {
      up += peer.isUp() ? 1 : 0;
      down += peer.isDown() && peer.wasHeard() ? 1 : 0;
      unheard += peer.isDown() && !peer.wasHeard() ? 1 : 0;
      if (peer.isVisible()) {
        presences += peer.part().size();
      }
    }
    int unfinished =
        backlog.size() + answers.size() + displaced.size() + topics.claims().size() + unheard;
    return new Counts(presences, topics.size(), up, down, followers.size(), unfinished);
  }

  /** Returns how many sessions are present on each topic. */
  Map<String, Integer> sizes() {
    return topics.sizes();
  }

  /**
   * Returns how far it has come with each node; {@code hidden} for one of which nothing is seen.
   */
  Map<NodeId, Long> progress(long hidden) {
    Map<NodeId, Long> clocks = new HashMap<>();
    peers.all().forEach(peer -> clocks.put(peer.node(), clock(peer, hidden)));
    return clocks;
  }

  private static long clock(Peer peer, long hidden) {
    return peer.isVisible() ? peer.part().clock() : hidden;
  }

  /** Returns the digest of what is visible in each partition: replicas that agree have the same. */
  long[] digests() {
    return topics.digests();
  }

  /** Publishes what is pending, then hands over: this replica owns and answers nothing any more. */
  void close(long nowMillis) {
    backlog.work(Integer.MAX_VALUE);
    publisher.flushAll(nowMillis);
    closed = true;
    ready = false;
    owner.divideAmong(Set.of());
    giveWord(nowMillis);
  }

  private void receiveOfViews(PresenceMessage message, long nowMillis) {
    if (message instanceof Ask ask) {
      receive(ask, nowMillis);
    } else if (message instanceof AskPiece ask) {
      receive(ask, nowMillis);
    } else if (message instanceof Unfollow word) {
      word.topics().forEach(topic -> followers.remove(topic, word.asker()));
    } else if (message instanceof Relay relay) {
      outbox.toNode(relay.to(), relay.message());
    }
  }

  private void receive(Digest digest, long nowMillis) {
    if (digest.replica().equals(self)) {
      return;
    }
    replicas.receive(
        new Readiness(digest.replica(), digest.member(), digest.ready(), Set.of()), nowMillis);
    owner.hear(digest.epochCounter());
    peers.receive(digest, nowMillis);
    if (!closed) {
      judgeOwners(nowMillis);
    }
  }

  private void receive(Ask ask, long nowMillis) {
    if (!ask.owner().equals(self)) {
      outbox.toReplica(ask.owner(), ask);
      return;
    }
    if (!ready) {
      return;
    }
    Optional<NodeId> via = Optional.ofNullable(ask.via());
    ask.topics()
        .forEach(
            (topic, standing) -> {
              if (standing.position() != null) {
                owner.hear(topic, standing.position().epoch());
              }
              if (owner.owns(topic)) {
                followers.add(topic, ask.asker(), via, nowMillis);
              }
            });
    Answer answer = answers.to(ask, replicas.ready(), () -> clocks(nowMillis), nowMillis);
    publisher.toFollower(ask.asker(), via, answer);
  }

  private void receive(AskPiece ask, long nowMillis) {
    if (!ask.owner().equals(self)) {
      outbox.toReplica(ask.owner(), ask);
    } else if (ready) {
      answers
          .to(ask, nowMillis)
          .ifPresent(
              piece -> publisher.toFollower(ask.asker(), Optional.ofNullable(ask.via()), piece));
    }
  }

  /**
   * Returns how far this replica has come with each node, for the views to compare. It does not
   * know that of one of which more, or less, is about to be seen; nor of one that was never heard,
   * or is leaving, and may linger; nor of one that is silent here but a member: where a partition
   * has healed it is about to be heard again, and its own view must not take it for down.
   */
  private Map<NodeId, Long> clocks(long nowMillis) {
    Map<NodeId, Long> clocks = new HashMap<>();
    peers.goneLately(nowMillis).forEach(node -> clocks.put(node, Long.MAX_VALUE));
    for (Peer peer : peers.all()) {
      if (peer.isSettled() && !peer.mayShow(members)) {
        clocks.put(peer.node(), peer.isVisible() ? peer.part().clock() : Long.MAX_VALUE);
      }
    }
    return clocks;
  }

  /** One that stood still has heard nobody meanwhile, and others may have taken over. */
  private void wake(long nowMillis) {
    if (nowMillis > lateFromMillis && !closed) {
      lateFromMillis = nowMillis + LATE_MILLIS;
      withdraw(nowMillis);
    }
  }

  private void withdraw(long nowMillis) {
    listensSinceMillis = nowMillis;
    peers.grantAll(nowMillis);
    displaced.grantAll();
    if (ready) {
      ready = false;
      owner.divideAmong(Set.of());
      giveWord(nowMillis);
    }
  }

  private void judgeReadiness(boolean deaf, long nowMillis) {
    if (!ready && !deaf) {
      boolean complete = !members.isEmpty() && peers.isCaughtUpWith(members, listensSinceMillis);
      ready = complete || nowMillis - listensSinceMillis >= config.downAfterMillis();
    }
  }

  private void judgeOwners(long nowMillis) {
    replicas.receive(new Readiness(self, member, ready, Set.of()), nowMillis);
    replicas.judge(members, nowMillis);
    if (ready && !owner.isDividedAmong(replicas.ready())) {
      publisher.flushAll(nowMillis);
      owner.divideAmong(replicas.ready());
    }
  }

  private boolean isOver(Ref ref) {
    return peers.isOver(ref);
  }

  /**
   * One that is down is told when it is back; one that said goodbye ends what lingers by itself.
   */
  private void tellDisplaced(Displaced.Old old) {
    if (peers.isUp(old.ref().node())) {
      outbox.toNode(old.ref().node(), new Replaced(old.ref()));
    }
  }

  private void giveWord(long nowMillis) {
    toldReady = Set.copyOf(replicas.ready());
    outbox.toAllReplicas(
        new Digest(
            self,
            member,
            ready,
            owner.highestCounter(),
            peers.progress(),
            peers.departed(nowMillis)));
    outbox.toAllNodes(new Readiness(self, member, ready, replicas.ready()));
  }
}

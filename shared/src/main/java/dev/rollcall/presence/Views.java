package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.AskPiece;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.presence.PresenceMessage.Unfollow;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The topics that this node follows. An ask is both a question and a subscription: who has been
 * asked about a topic sends its diffs from then on, to the nodes that asked and to no other.
 *
 * <p>A view that is behind, or whose topic has come to another owner, is asked for at once; all
 * others in turn, so that what was lost heals on a quiet topic too.
 *
 * <p>Not safe for concurrent use. Knows no clock: time comes in with each call.
 */
final class Views {
  /** All topics are checked within this many ticks, where they are not too many. */
  private static final int TICKS_A_ROUND = 8;

  private static final int MAX_TOPICS_AN_ASK = 200;

  /**
   * After a state that leaves a view behind, since what the owner lacks is under way to it; and
   * after an answer that says nothing, the longer the more often it does.
   */
  private static final long AGAIN_MILLIS = 200;

  private static final long MAX_AGAIN_MILLIS = 5_000;

  /** Who is passed over more often says less, so that it must be answered. */
  private static final int PLAIN_AFTER = 1;

  /** Takes what is to be done. Must not block. */
  interface Outbox {
    void toReplica(NodeId replica, PresenceMessage message);

    /** A topic's list is known for the first time. */
    void known(String topic);

    void changed(String topic, View.Change change);

    /** No replica is ready: lists stay as they are; or one is again. */
    void stale(boolean stale);
  }

  private static final class Followed {
    final View view;
    Transfer<Position, NodeId> transfer;
    Map<NodeId, Long> transferKnown = Map.of();
    long askedDigest;
    long askAgainMillis = Long.MIN_VALUE;
    int passedOver;

    /** An answer to what was asked before is not for it: it may have been unfollowed since. */
    boolean asked;

    /** The owner that has answered since the topic is its own, and so sends the diffs. */
    NodeId follows;

    Followed(String topic) {
      view = new View(topic);
    }
  }

  private final NodeId self;
  private final Outbox outbox;
  private final Replicas replicas = new Replicas();
  private final Map<String, Followed> topics = new LinkedHashMap<>();
  private final Questions questions = new Questions(replicas);
  private final List<String> round = new ArrayList<>();

  /** What is followed no more, and who is to hear of it. */
  private final Map<String, NodeId> unfollowed = new LinkedHashMap<>();

  private Set<String> members = Set.of();
  private boolean stale = true;
  private long resyncs;

  Views(NodeId self, Outbox outbox) {
    this.self = self;
    this.outbox = outbox;
  }

  /** Begins to follow; following again changes nothing. */
  void follow(String topic, long nowMillis) {
    boolean untold = unfollowed.remove(topic) != null;
    if (!topics.containsKey(topic)) {
      Followed followed = new Followed(topic);
      followed.asked = untold;
      topics.put(topic, followed);
      replicas
          .owner(topic)
          .filter(owner -> !questions.awaits(owner))
          .ifPresent(owner -> ask(owner, List.of(followed), nowMillis));
    }
  }

  void unfollow(String topic) {
    if (topics.remove(topic) != null) {
      replicas.owner(topic).ifPresent(owner -> unfollowed.put(topic, owner));
    }
  }

  /** Returns the view of a topic that is followed, or null. */
  View view(String topic) {
    Followed followed = topics.get(topic);
    return followed == null ? null : followed.view;
  }

  int size() {
    return topics.size();
  }

  Replicas replicas() {
    return replicas;
  }

  /** Tells whether no replica is ready, so that lists stay as they are. */
  boolean isStale() {
    return stale;
  }

  /** Returns how often a list had to be given anew to a view that had one. */
  long resyncs() {
    return resyncs;
  }

  /** Takes the cluster manager's word of who is in the cluster. The next tick goes by it. */
  void members(Set<String> names) {
    members = Set.copyOf(names);
  }

  void receive(PresenceMessage message, long nowMillis) {
    if (message instanceof Readiness word) {
      replicas.receive(word, nowMillis);
      judgeReplicas(nowMillis);
    } else if (message instanceof Diff diff) {
      receive(diff, nowMillis);
    } else if (message instanceof Answer answer) {
      receive(answer, nowMillis);
    } else if (message instanceof State piece) {
      receive(piece, nowMillis);
    }
  }

  /** To be called a few times a second. */
  void tick(long nowMillis) {
    judgeReplicas(nowMillis);
    questions.tick(nowMillis);
    tellUnfollowed();
    topics.values().forEach(followed -> askForPieceAgain(followed, nowMillis));
    askForThoseBehind(nowMillis);
    check(nowMillis);
  }

  private void receive(Diff diff, long nowMillis) {
    Followed followed = topics.get(diff.topic());
    if (followed == null) {
      unfollowed.put(diff.topic(), diff.position().epoch().replica());
      return;
    }
    tell(followed, followed.view.receive(diff));
    if (followed.view.isBehind()) {
      askForThoseBehind(nowMillis);
    }
  }

  private void receive(Answer answer, long nowMillis) {
    Set<String> asked = questions.answered(answer.owner());
    Set<String> passedOver = new HashSet<>(asked);
    answer.same().forEach((topic, at) -> moveTo(topic, at, passedOver));
    for (State state : answer.states()) {
      passedOver.remove(state.topic());
      begin(state, answer, nowMillis);
    }
    answer.elsewhere().forEach((topic, owner) -> passedOver.remove(topic));
    asked.forEach(topic -> follows(topic, answer));
    boolean nothing = passedOver.size() == asked.size();
    passedOver.forEach(topic -> passOver(topic, nothing, nowMillis));
    if (answer.elsewhere().isEmpty()) {
      askForThoseBehind(nowMillis);
    }
  }

  private void follows(String topic, Answer answer) {
    Followed followed = asked(topic);
    if (followed != null && !answer.elsewhere().containsKey(topic)) {
      followed.follows = answer.owner();
    }
  }

  private Followed asked(String topic) {
    Followed followed = topics.get(topic);
    return followed != null && followed.asked ? followed : null;
  }

  /** The owner has said nothing of it; if it had nothing to say at all, it is given time. */
  private void passOver(String topic, boolean nothing, long nowMillis) {
    Followed followed = asked(topic);
    if (followed == null) {
      return;
    }
    followed.passedOver = followed.view.isBehind() ? followed.passedOver + 1 : 0;
    if (nothing && followed.passedOver > PLAIN_AFTER + 1) {
      long again = AGAIN_MILLIS * followed.passedOver;
      followed.askAgainMillis = nowMillis + Math.min(again, MAX_AGAIN_MILLIS);
    }
  }

  private void moveTo(String topic, Position at, Set<String> passedOver) {
    passedOver.remove(topic);
    Followed followed = asked(topic);
    if (followed != null) {
      followed.passedOver = 0;
      // It is the list that was asked with which is the same, and that may have changed since.
      if (followed.askedDigest == followed.view.roster().digest()) {
        tell(followed, followed.view.moveTo(at));
      }
    }
  }

  /** Takes the first piece of a state, which may be all of it. */
  private void begin(State state, Answer answer, long nowMillis) {
    Followed followed = asked(state.topic());
    if (followed == null) {
      return;
    }
    followed.passedOver = 0;
    followed.follows = answer.owner();
    followed.transfer = new Transfer<>(state.position(), answer.owner(), state.pieces());
    followed.transferKnown = known(answer);
    receive(state, nowMillis);
  }

  /**
   * This node lives, as its own list needs nobody to say: an owner that hides it has not heard it
   * yet, as one beyond a partition that has just healed.
   */
  private Map<NodeId, Long> known(Answer answer) {
    Map<NodeId, Long> known = new HashMap<>(answer.clocks());
    known.remove(self, View.HIDDEN);
    return known;
  }

  private void receive(State piece, long nowMillis) {
    Followed followed = topics.get(piece.topic());
    if (followed == null
        || followed.transfer == null
        || !followed.transfer.id().equals(piece.position())
        || !followed.transfer.add(piece.index(), piece.entries(), nowMillis)) {
      return;
    }
    if (followed.transfer.isWhole()) {
      finish(followed, nowMillis);
    } else {
      askForPiece(followed);
    }
  }

  private void finish(Followed followed, long nowMillis) {
    Transfer<Position, NodeId> whole = followed.transfer;
    followed.transfer = null;
    boolean first = !followed.view.isKnown();
    Optional<View.Change> change =
        followed.view.receive(whole.id(), whole.entries(), followed.transferKnown, nowMillis);
    followed.transferKnown = Map.of();
    if (followed.view.isBehind()) {
      followed.askAgainMillis = nowMillis + AGAIN_MILLIS;
    }
    if (first && followed.view.isKnown()) {
      outbox.known(followed.view.topic());
    } else {
      resyncs++;
      tell(followed, change);
    }
  }

  private void tell(Followed followed, Optional<View.Change> change) {
    change.ifPresent(what -> outbox.changed(followed.view.topic(), what));
  }

  /** Not at once: one that is followed again soon was not unfollowed. */
  private void tellUnfollowed() {
    Map<NodeId, List<String>> byOwner = new LinkedHashMap<>();
    unfollowed.forEach(
        (topic, owner) -> byOwner.computeIfAbsent(owner, o -> new ArrayList<>()).add(topic));
    unfollowed.clear();
    byOwner.forEach(this::tellUnfollowed);
  }

  private void tellUnfollowed(NodeId owner, List<String> those) {
    for (int from = 0; from < those.size(); from += MAX_TOPICS_AN_ASK) {
      int to = Math.min(from + MAX_TOPICS_AN_ASK, those.size());
      outbox.toReplica(owner, new Unfollow(self, new LinkedHashSet<>(those.subList(from, to))));
    }
  }

  private void judgeReplicas(long nowMillis) {
    if (replicas.judge(members, nowMillis)) {
      questions.judge();
      topics.values().forEach(this::judgeOwner);
      askForThoseBehind(nowMillis);
    }
    if (stale != replicas.ready().isEmpty()) {
      stale = replicas.ready().isEmpty();
      outbox.stale(stale);
    }
  }

  /** An owner that was not ready meanwhile has forgotten who follows, and what it was giving. */
  private void judgeOwner(Followed followed) {
    if (!replicas.owner(followed.view.topic()).equals(Optional.ofNullable(followed.follows))) {
      followed.follows = null;
    }
    if (followed.transfer != null && !replicas.ready().contains(followed.transfer.source())) {
      followed.transfer = null;
    }
  }

  private void askForThoseBehind(long nowMillis) {
    Map<NodeId, List<Followed>> byOwner = new LinkedHashMap<>();
    for (Followed followed : topics.values()) {
      if (followed.transfer != null || nowMillis < followed.askAgainMillis) {
        continue;
      }
      Optional<NodeId> owner = replicas.owner(followed.view.topic());
      if (owner.isPresent() && isNeeded(followed, owner.get()) && !questions.awaits(owner.get())) {
        byOwner.computeIfAbsent(owner.get(), replica -> new ArrayList<>()).add(followed);
      }
    }
    byOwner.forEach((owner, those) -> ask(owner, those, nowMillis));
  }

  private static boolean isNeeded(Followed followed, NodeId owner) {
    return followed.view.isBehind()
        || followed.view.isStrangerTo(owner)
        || !owner.equals(followed.follows);
  }

  /** Compares the next few topics with their owners. */
  private void check(long nowMillis) {
    if (round.isEmpty()) {
      round.addAll(topics.keySet());
    }
    int few = Math.min(MAX_TOPICS_AN_ASK, topics.size() / TICKS_A_ROUND + 1);
    Map<NodeId, List<Followed>> byOwner = new LinkedHashMap<>();
    List<String> later = new ArrayList<>();
    for (; few > 0 && !round.isEmpty(); few--) {
      String topic = round.remove(round.size() - 1);
      Followed followed = topics.get(topic);
      Optional<NodeId> owner = replicas.owner(topic);
      // An answer would begin anew with a list that is still under way.
      boolean settled = followed != null && followed.transfer == null;
      if (settled && owner.filter(questions::awaits).isPresent()) {
        later.add(topic);
      } else if (settled && owner.isPresent()) {
        byOwner.computeIfAbsent(owner.get(), replica -> new ArrayList<>()).add(followed);
      }
    }
    // Else each question that is lost would cost these a whole round.
    round.addAll(0, later);
    byOwner.forEach((owner, those) -> ask(owner, those, nowMillis));
  }

  private void ask(NodeId owner, List<Followed> those, long nowMillis) {
    Map<String, Standing> question = new HashMap<>();
    for (Followed followed : those.subList(0, Math.min(those.size(), MAX_TOPICS_AN_ASK))) {
      boolean plain = followed.view.isBehind() && followed.passedOver > PLAIN_AFTER;
      Standing standing = plain ? Standing.NONE : followed.view.standing();
      followed.asked = true;
      followed.askedDigest = standing.digest();
      question.put(followed.view.topic(), standing);
    }
    questions.ask(owner, question.keySet(), nowMillis);
    NodeId via = questions.via(owner);
    outbox.toReplica(via == null ? owner : via, new Ask(self, owner, via, question));
  }

  private void askForPieceAgain(Followed followed, long nowMillis) {
    if (followed.transfer == null || !followed.transfer.isOverdue(nowMillis)) {
      return;
    }
    if (followed.transfer.isHopeless()) {
      followed.transfer = null;
    } else {
      askForPiece(followed);
    }
  }

  private void askForPiece(Followed followed) {
    NodeId owner = followed.transfer.source();
    NodeId via = questions.via(owner);
    outbox.toReplica(
        via == null ? owner : via,
        new AskPiece(
            self,
            owner,
            via,
            followed.view.topic(),
            followed.transfer.id(),
            followed.transfer.next()));
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.Part;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Transfer;
import dev.rollcall.pubsub.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One node as this replica knows it. Its part of the state is the same on every replica that stands
 * at the same clock; whether it is up is this replica's own judgement, and decides only whether
 * that part is visible.
 */
final class Peer {
  /** Longer than it takes to ask it once more, or another replica. */
  private static final long RETURN_MILLIS = 2_000;

  private enum Life {
    /** Heard, and visible. */
    UP,
    /** Silent, and hidden; its next beat shows it again. */
    DOWN,
    /** It said goodbye: what is left of it is visible for as long as it lingers. */
    DEPARTED
  }

  private final NodeId node;
  private final Shown shown;
  private final Part part;
  private final Pulling pulling = new Pulling();
  private Life life = Life.DOWN;
  private String member = "";
  private long beat;
  private long heardClock;
  private boolean clockIsSure;
  private long heardMillis;
  private long downMillis;
  private boolean left;
  private boolean returning;
  private long returnedMillis;
  private long returnClock;
  private boolean departing;
  private Departure departure;

  Peer(NodeId node, Topics topics, Backlog backlog, long nowMillis) {
    this.node = node;
    this.downMillis = nowMillis;
    this.shown = new Shown(node, topics, backlog);
    this.part = shown.part();
  }

  NodeId node() {
    return node;
  }

  String member() {
    return member;
  }

  Part part() {
    return part;
  }

  Pulling pulling() {
    return pulling;
  }

  long beat() {
    return beat;
  }

  /** Tells whether any beat of it was heard. */
  boolean wasHeard() {
    return beat > 0;
  }

  boolean isUp() {
    return life == Life.UP;
  }

  boolean isDown() {
    return life == Life.DOWN;
  }

  boolean isVisible() {
    return shown.isVisible();
  }

  /**
   * Tells whether what is seen of it is what this replica has of it. It is not while some of that
   * has yet to be shown or hidden; nor while one that is heard again is not shown: some of those
   * that it had may have left meanwhile, and would be seen to come once more.
   */
  boolean isSettled() {
    return !returning && shown.isSettled();
  }

  boolean hasDeparted() {
    return life == Life.DEPARTED;
  }

  Progress progress() {
    return new Progress(member, part.clock(), beat);
  }

  /** Tells whether it was heard since then, and nothing is missing of what it was heard to have. */
  boolean isCaughtUp(long sinceMillis) {
    return clockIsSure && heardMillis >= sinceMillis && !isBehind() && shown.isSettled();
  }

  /** Its clock was heard of the node itself, or of a replica that is ready, and so has it all. */
  void sureOfClock() {
    clockIsSure = true;
  }

  boolean isBehind() {
    return part.clock() < heardClock;
  }

  /** A beat, by whatever path it came; returns whether it advanced, which is a sign of life. */
  boolean hear(Progress word, long nowMillis) {
    heardClock = Math.max(heardClock, word.clock());
    if (word.beat() <= beat || life == Life.DEPARTED) {
      return false;
    }
    beat = word.beat();
    member = word.member();
    heardMillis = nowMillis;
    left = false;
    if (life == Life.DOWN) {
      life = Life.UP;
      returning = true;
      returnedMillis = nowMillis;
      returnClock = heardClock;
      endReturn(nowMillis);
    }
    return true;
  }

  /** Shows what it has, once that is what it had when it was heard again, or will not soon be. */
  void endReturn(long nowMillis) {
    boolean nothingStale = part.size() == 0 || part.clock() >= returnClock;
    if (returning && (nothingStale || nowMillis - returnedMillis >= RETURN_MILLIS)) {
      returning = false;
      shown.show();
    }
  }

  long silentMillis(long nowMillis) {
    return nowMillis - heardMillis;
  }

  /** The cluster manager says that it has left. */
  void leave() {
    left = true;
  }

  /** Tells whether it is said to have left, and was not heard since. */
  boolean hasLeft() {
    return left;
  }

  /** Hides its entries; they are kept, since it may merely be out of reach. */
  void down(long nowMillis) {
    if (life == Life.UP) {
      life = Life.DOWN;
      returning = false;
      downMillis = nowMillis;
      shown.hide(Reason.NODE_DOWN);
    }
  }

  /** Returns for how long it has been down, 0 when it is not. */
  long downForMillis(long nowMillis) {
    return life == Life.DOWN ? nowMillis - downMillis : 0;
  }

  /** Takes what is new; false when something is missing before it. */
  boolean receive(Delta delta, long nowMillis) {
    boolean applied = shown.take(delta);
    heardClock = Math.max(heardClock, delta.to());
    endReturn(nowMillis);
    departIfComplete(nowMillis);
    return applied;
  }

  /**
   * Takes one piece of a snapshot; what is later than the clock is applied once it is whole.
   *
   * @return the snapshot of which a piece is wanted next, if any
   */
  Optional<Transfer<Long, NodeId>> receive(Snapshot piece, long nowMillis) {
    if (piece.clock() <= part.clock()) {
      return Optional.empty();
    }
    Optional<Transfer<Long, NodeId>> transfer = pulling.receive(piece, nowMillis);
    transfer.filter(Transfer::isWhole).ifPresent(whole -> take(whole, nowMillis));
    return transfer.filter(unfinished -> !unfinished.isWhole());
  }

  /**
   * Takes its goodbye once that is whole, and nothing is missing of what lingers.
   *
   * @return whether it has departed
   */
  boolean receive(Goodbye word, long nowMillis) {
    if (life == Life.DEPARTED) {
      return true;
    }
    departing(word.clock());
    if (departure == null) {
      // What is missing of it is yet to come: that is no silence.
      heardMillis = nowMillis;
    }
    if (departure == null || !departure.isOf(word)) {
      departure = new Departure(word);
    }
    departure.add(word, nowMillis);
    heardClock = Math.max(heardClock, word.clock());
    departIfComplete(nowMillis);
    return life == Life.DEPARTED;
  }

  /** It has said goodbye at that clock, as is heard here or elsewhere: something may linger. */
  void departing(long clock) {
    departing = true;
    pulling.endTransferBefore(clock);
  }

  /** Tells whether it may be about to be shown, or what lingers of it. */
  boolean mayShow(Set<String> members) {
    return !shown.isVisible() && (departing || !wasHeard() || members.contains(member));
  }

  /** Tells whether any part of its goodbye was heard. */
  boolean hasSaidGoodbye() {
    return departure != null;
  }

  /** Returns the clock of the goodbye that was heard. */
  long goodbyeClock() {
    return departure.clock();
  }

  /** Returns what remains of the goodbye, as far as it was heard, for a replica that missed it. */
  List<Goodbye> goodbye(long nowMillis) {
    return departure == null ? List.of() : departure.goodbye(nowMillis);
  }

  /** Ends what has lingered for long enough; returns whether nothing is left of it. */
  boolean hasEnded(long nowMillis) {
    if (life != Life.DEPARTED) {
      return false;
    }
    Set<Long> lingering = departure.lingering(nowMillis);
    shown.retain(lingering, part.clock());
    return lingering.isEmpty() && shown.isSettled();
  }

  /** It is forgotten: nothing of it remains. */
  void forget() {
    shown.forget();
  }

  private void take(Transfer<Long, NodeId> whole, long nowMillis) {
    pulling.endTransfer();
    shown.take(whole.id(), List.copyOf(whole.entries()));
    endReturn(nowMillis);
    pulling.answered();
    departIfComplete(nowMillis);
  }

  private void departIfComplete(long nowMillis) {
    boolean mayDepart = departure != null && life != Life.DEPARTED;
    if (mayDepart && departure.isComplete(part, nowMillis)) {
      depart(nowMillis);
    }
  }

  /** Its last operation: what does not linger goes, and is no more. */
  private void depart(long nowMillis) {
    life = Life.DEPARTED;
    returning = false;
    pulling.endTransfer();
    shown.retain(departure.lingering(nowMillis), departure.clock());
    shown.show();
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Part;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Progress;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.Reason;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.Transfer;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.replica.Backlog.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One node as this replica knows it. Its part of the state is the same on every replica that stands
 * at the same clock; whether it is up is this replica's own judgement, and decides only whether
 * that part is visible.
 */
final class Peer implements Part.Changes {
  /** Enough for another replica that missed a second of it. */
  private static final int LOG_LIMIT = 256;

  /** One question in this time: the answer is under way. */
  private static final long PULL_MILLIS = 300;

  /** What another replica had this long ago is not merely under way to this one. */
  private static final long CLAIM_MILLIS = 500;

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

  private record Place(String topic, String key) {}

  private record Claim(NodeId replica, long clock, long atMillis) {}

  private final NodeId node;
  private final Topics topics;
  private final Backlog backlog;
  private final Part part;
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

  /** What a snapshot changes, by topic and key, while it is applied; null otherwise. */
  private Map<Place, List<Change>> replaced;

  /** All that does not linger is being removed. */
  private boolean ending;

  /** How many changes wait for their turn. */
  private int late;

  private long nextPullMillis = Long.MIN_VALUE;
  private Claim claim;
  private Transfer<Long, NodeId> transfer;
  private Goodbye awaited;
  private Goodbye goodbye;
  private final Map<Long, Long> lingersUntilMillis = new HashMap<>();

  Peer(NodeId node, Topics topics, Backlog backlog, long nowMillis) {
    this.node = node;
    this.downMillis = nowMillis;
    this.topics = topics;
    this.backlog = backlog;
    this.part = new Part(node, LOG_LIMIT, this);
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

  long beat() {
    return beat;
  }

  boolean isUp() {
    return life == Life.UP;
  }

  boolean isVisible() {
    return life != Life.DOWN && !returning;
  }

  /**
   * Tells whether what is seen of it is what this replica has of it. It is not while some of that
   * has yet to be shown or hidden; nor while one that is heard again is not shown: some of those
   * that it had may have left meanwhile, and would be seen to come once more.
   */
  boolean isSettled() {
    return !returning && late == 0;
  }

  boolean hasDeparted() {
    return life == Life.DEPARTED;
  }

  Progress progress() {
    return new Progress(member, part.clock(), beat);
  }

  /** Tells whether it was heard since then, and nothing is missing of what it was heard to have. */
  boolean isCaughtUp(long sinceMillis) {
    return clockIsSure && heardMillis >= sinceMillis && part.clock() >= heardClock && late == 0;
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
      showAll();
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
      part.entries().forEach(entry -> later(List.of(new Change(entry, Reason.NODE_DOWN, 0))));
    }
  }

  /** Returns for how long it has been down, 0 when it is not. */
  long downForMillis(long nowMillis) {
    return life == Life.DOWN ? nowMillis - downMillis : 0;
  }

  /**
   * Takes its goodbye once nothing is missing of what lingers.
   *
   * @return whether it has departed
   */
  boolean receive(Goodbye word, long nowMillis) {
    if (life == Life.DEPARTED) {
      return true;
    }
    awaited = word;
    heardClock = Math.max(heardClock, word.clock());
    departIfComplete(nowMillis);
    return life == Life.DEPARTED;
  }

  private void departIfComplete(long nowMillis) {
    if (awaited == null || life == Life.DEPARTED) {
      return;
    }
    boolean misses =
        awaited.lingering().keySet().stream().anyMatch(clock -> part.get(clock) == null);
    if (!misses || part.clock() >= awaited.clock()) {
      depart(awaited, nowMillis);
    }
  }

  /** Its last operation: what does not linger goes, and is no more. */
  private void depart(Goodbye word, long nowMillis) {
    boolean hidden = !isVisible();
    life = Life.DEPARTED;
    returning = false;
    goodbye = word;
    transfer = null;
    word.lingering()
        .forEach((clock, leftMillis) -> lingersUntilMillis.put(clock, nowMillis + leftMillis));
    retain(word.lingering().keySet(), word.clock());
    if (hidden) {
      showAll();
    }
  }

  /** Returns what remains of the goodbye, for a replica that missed it. */
  Optional<Goodbye> goodbye(long nowMillis) {
    if (goodbye == null) {
      return Optional.empty();
    }
    Map<Long, Long> left = new HashMap<>();
    lingersUntilMillis.forEach(
        (clock, untilMillis) -> left.put(clock, Math.max(0, untilMillis - nowMillis)));
    return Optional.of(new Goodbye(node, goodbye.clock(), left));
  }

  /** Ends what has lingered for long enough; returns whether nothing is left of it. */
  boolean hasEnded(long nowMillis) {
    if (life != Life.DEPARTED) {
      return false;
    }
    lingersUntilMillis.values().removeIf(untilMillis -> nowMillis >= untilMillis);
    retain(lingersUntilMillis.keySet(), part.clock());
    return lingersUntilMillis.isEmpty() && late == 0;
  }

  /** It is forgotten: nothing of it remains. */
  void forget() {
    part.retain(Set.of(), part.clock());
  }

  boolean mayPull(long nowMillis) {
    if (nowMillis < nextPullMillis || transfer != null) {
      return false;
    }
    nextPullMillis = nowMillis + PULL_MILLIS;
    return true;
  }

  /** The answer has come: what is still missing may be asked for at once. */
  void answered() {
    nextPullMillis = Long.MIN_VALUE;
  }

  /**
   * Takes one piece of a snapshot; what is later than the clock is applied once it is whole.
   *
   * @return the piece that is wanted next, if any
   */
  Optional<Transfer<Long, NodeId>> receive(Snapshot piece, long nowMillis) {
    if (piece.clock() <= part.clock()) {
      return Optional.empty();
    }
    if (transfer == null || (piece.index() == 0 && piece.clock() > transfer.id())) {
      transfer = new Transfer<>(piece.clock(), piece.by(), piece.pieces());
    }
    boolean wanted =
        transfer.id() == piece.clock()
            // Another may have cut the same list in other places.
            && transfer.source().equals(piece.by())
            && transfer.add(piece.index(), piece.entries(), nowMillis);
    if (!wanted) {
      return Optional.empty();
    }
    if (!transfer.isWhole()) {
      return Optional.of(transfer);
    }
    List<Entry> whole = new ArrayList<>(transfer.entries());
    long clock = transfer.id();
    transfer = null;
    take(clock, whole);
    endReturn(nowMillis);
    answered();
    departIfComplete(nowMillis);
    return Optional.empty();
  }

  /** Takes what is new; false when something is missing before it. */
  boolean receive(Delta delta, long nowMillis) {
    boolean applied = part.apply(delta);
    endReturn(nowMillis);
    departIfComplete(nowMillis);
    return applied;
  }

  /** Returns the piece that has been waited for too long, if any. */
  Optional<Transfer<Long, NodeId>> overduePiece(long nowMillis) {
    if (transfer == null || !transfer.isOverdue(nowMillis)) {
      return Optional.empty();
    }
    if (transfer.isHopeless() || transfer.id() <= part.clock()) {
      transfer = null;
      return Optional.empty();
    }
    return Optional.of(transfer);
  }

  /** Another replica says how far it has come. The first that is ahead is remembered. */
  void claim(NodeId replica, long atClock, long nowMillis) {
    boolean open = claim != null && claim.clock() > part.clock();
    if (!open && atClock > part.clock()) {
      claim = new Claim(replica, atClock, nowMillis);
    }
  }

  /** Returns, once it may be asked, a replica that has been ahead for too long. */
  Optional<NodeId> overdueClaim(long nowMillis) {
    // The node's own answer is waited for, but once: a busy one is asked again and again in vain.
    long patience = nowMillis < nextPullMillis ? CLAIM_MILLIS + PULL_MILLIS : CLAIM_MILLIS;
    if (claim == null || transfer != null || nowMillis - claim.atMillis() < patience) {
      return Optional.empty();
    }
    Optional<NodeId> ahead =
        Optional.of(claim).filter(c -> c.clock() > part.clock()).map(Claim::replica);
    claim = null;
    return ahead;
  }

  @Override
  public Entry kept(Entry entry) {
    Ref ref = new Ref(node, entry.ref().clock());
    String topic = topics.name(entry.topic());
    return new Entry(ref, entry.previous(), topic, entry.key(), entry.meta());
  }

  @Override
  public void added(Entry entry) {
    Change change = new Change(entry, null, 0);
    if (replaced != null && !replaced.isEmpty()) {
      note(change);
    } else if (replaced != null) {
      later(List.of(change));
    } else if (isVisible()) {
      topics.show(entry);
    }
  }

  @Override
  public void removed(Entry entry, Reason reason, long clock) {
    Change change = new Change(entry, reason, clock);
    if (replaced != null) {
      note(change);
    } else if (ending) {
      later(List.of(change));
    } else {
      topics.remove(entry, reason, clock);
    }
  }

  /** It is the change's turn, unless the entry has gone, or been hidden or shown, meanwhile. */
  void doLate(Change change) {
    late--;
    Entry entry = change.entry();
    boolean there = part.get(entry.ref().clock()) != null;
    if (change.reason() == null) {
      if (there && isVisible()) {
        topics.show(entry);
      }
    } else if (!there) {
      topics.remove(entry, change.reason(), change.clock());
    } else if (!isVisible()) {
      topics.hide(entry, change.reason(), change.clock());
    }
  }

  /** What a snapshot makes of one key is seen at once, when it is its turn. */
  private void take(long clock, List<Entry> whole) {
    replaced = new LinkedHashMap<>();
    part.apply(clock, whole);
    replaced.values().forEach(this::later);
    replaced = null;
  }

  private void retain(Set<Long> kept, long clock) {
    ending = true;
    part.retain(kept, clock);
    ending = false;
  }

  private void note(Change change) {
    Entry entry = change.entry();
    replaced
        .computeIfAbsent(new Place(entry.topic(), entry.key()), place -> new ArrayList<>(2))
        .add(change);
  }

  private void showAll() {
    part.entries().forEach(entry -> later(List.of(new Change(entry, null, 0))));
  }

  private void later(List<Change> together) {
    late += together.size();
    backlog.add(this, together);
  }
}

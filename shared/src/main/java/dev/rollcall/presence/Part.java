package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One node's part of the state: its live entries as of its clock, and the operations that led there
 * lately. The node's tracker writes it; each replica has a copy.
 *
 * <p>Of two copies the one with the larger clock is right, since one alone writes it. A delta
 * applies where it continues the clock: at clock 7 the operations 6 to 9 leave out 6 and 7, and the
 * operations 9 and 10 do not apply at all, because 8 is missing. Whoever misses something pulls,
 * and gets the operations where the log reaches back to its clock, and a snapshot where it does
 * not: the list frozen at one clock, in pieces. Until nobody reads the frozen list any more the log
 * reaches back to its clock, so that who has all pieces goes on by operations.
 *
 * <p>Not safe for concurrent use. Knows no time and does no I/O.
 */
public final class Part {
  /** Deltas in one answer: who needs more asks again from where those end. */
  private static final int DELTAS_AN_ANSWER = 8;

  /** How far the log may grow for a snapshot's sake, in multiples of its limit. */
  private static final int MAX_LOGS = 64;

  /** Hears what changes, in the order in which it does. */
  public interface Changes {
    /** For a part to which nobody listens. */
    Changes NONE =
        new Changes() {
          @Override
          public void added(Entry entry) {}

          @Override
          public void removed(Entry entry, Reason reason, long clock) {}
        };

    /**
     * Returns an entry as it is to be kept: equal, but with names that are kept already. Every
     * message brings its own, and they are a third of what a presence takes.
     */
    default Entry kept(Entry entry) {
      return entry;
    }

    void added(Entry entry);

    /**
     * An entry went.
     *
     * @param clock of the operation, or of the snapshot that does not have it any more
     */
    void removed(Entry entry, Reason reason, long clock);
  }

  private final NodeId node;
  private final int logLimit;
  private final Changes changes;
  private final Deque<Operation> log = new ArrayDeque<>();
  private Map<Long, Entry> entries = new HashMap<>();
  private long clock;
  private long heldAfter = Long.MAX_VALUE;
  private Pieces frozen;
  private long frozenClock;

  /**
   * Returns a part at clock 0, without entries.
   *
   * @param logLimit how many operations are kept for those who missed some
   */
  public Part(NodeId node, int logLimit, Changes changes) {
    this.node = node;
    this.logLimit = logLimit;
    this.changes = changes;
  }

  public NodeId node() {
    return node;
  }

  public long clock() {
    return clock;
  }

  public int size() {
    return entries.size();
  }

  public Collection<Entry> entries() {
    return entries.values();
  }

  /** Returns the entry that the clock names, or null when it is not live. */
  public Entry get(long named) {
    return entries.get(named);
  }

  /** Applies what is new; false when something is missing before it. */
  public boolean apply(Delta delta) {
    if (delta.from() > clock) {
      return false;
    }
    for (Operation operation : delta.operations()) {
      if (operation.clock() > clock) {
        apply(operation);
      }
    }
    return true;
  }

  /** Applies the operation of the next clock. */
  void apply(Operation next) {
    if (next.clock() != clock + 1) {
      throw new IllegalArgumentException("operation " + next.clock() + " after " + clock);
    }
    Operation operation = kept(next);
    clock = operation.clock();
    log.addLast(operation);
    trimLog();
    if (operation.removed() != 0) {
      Entry removed = entries.remove(operation.removed());
      if (removed != null) {
        changes.removed(removed, operation.reason(), clock);
      }
    }
    Entry added = operation.added();
    if (added != null) {
      entries.put(clock, added);
      changes.added(added);
    }
  }

  /** Takes all entries as of a later clock; one that is not later is ignored. */
  public void apply(long laterClock, List<Entry> given) {
    if (laterClock <= clock) {
      return;
    }
    List<Entry> all = given.stream().map(changes::kept).toList();
    Map<Long, Entry> before = entries;
    entries = new HashMap<>(all.size() * 4 / 3 + 1);
    all.forEach(entry -> entries.put(entry.ref().clock(), entry));
    clock = laterClock;
    log.clear();
    frozen = null;
    Set<Long> replaced = new HashSet<>();
    all.forEach(entry -> addOwn(replaced, entry.previous()));
    before.forEach(
        (named, entry) -> {
          if (!entries.containsKey(named)) {
            Reason reason = replaced.contains(named) ? Reason.REPLACED : Reason.CLOSED;
            changes.removed(entry, reason, clock);
          }
        });
    // Who sends one ref twice is faulty: the last is kept, and no other is seen.
    entries.values().stream()
        .filter(entry -> !before.containsKey(entry.ref().clock()))
        .forEach(changes::added);
  }

  /** Removes all but those that these clocks name: the operation of a later clock did so. */
  public void retain(Set<Long> kept, long laterClock) {
    List<Entry> gone =
        entries.values().stream().filter(entry -> !kept.contains(entry.ref().clock())).toList();
    if (gone.isEmpty() && laterClock <= clock) {
      return;
    }
    clock = Math.max(clock, laterClock);
    log.clear();
    frozen = null;
    for (Entry entry : gone) {
      entries.remove(entry.ref().clock());
      changes.removed(entry, Reason.CLOSED, laterClock);
    }
  }

  /** The operations after this clock are kept, however many they are: they have yet to go out. */
  void holdAfter(long sentClock) {
    heldAfter = sentClock;
    trimLog();
  }

  /** Answers one who missed something: deltas, or the first piece of a snapshot. */
  public List<PresenceMessage> answer(Pull pull, NodeId by, long nowMillis) {
    if (pull.after() > clock) {
      return List.of();
    }
    if (reachesBackTo(pull.after())) {
      return new ArrayList<>(deltasAfter(pull.after(), DELTAS_AN_ANSWER));
    }
    if (frozen == null || frozen.isOver(nowMillis) || !reachesBackTo(frozenClock)) {
      frozen = new Pieces(List.copyOf(entries.values()), nowMillis);
      frozenClock = clock;
    }
    return List.of(piece(0, by, nowMillis));
  }

  /** Answers with one more piece; nothing when that snapshot is not kept any more. */
  public Optional<PresenceMessage> answer(PullPiece pull, NodeId by, long nowMillis) {
    boolean kept = frozen != null && pull.clock() == frozenClock && pull.index() < frozen.count();
    return kept ? Optional.of(piece(pull.index(), by, nowMillis)) : Optional.empty();
  }

  /** Lets go of a snapshot that nobody reads any more. */
  public void tick(long nowMillis) {
    if (frozen != null && frozen.isOver(nowMillis)) {
      frozen = null;
      trimLog();
    }
  }

  /**
   * Returns the operations after a clock to which the log reaches back, cut to bounded messages.
   */
  List<Delta> deltasAfter(long after, int limit) {
    List<Delta> deltas = new ArrayList<>();
    List<Operation> operations = new ArrayList<>();
    int weight = 0;
    for (Operation operation : log) {
      if (operation.clock() > after) {
        int more = operation.added() == null ? 4 : operation.added().weight();
        if (!operations.isEmpty() && weight + more > Pieces.PIECE_BYTES) {
          deltas.add(delta(operations));
          operations.clear();
          weight = 0;
        }
        if (deltas.size() == limit) {
          return deltas;
        }
        operations.add(operation);
        weight += more;
      }
    }
    if (!operations.isEmpty()) {
      deltas.add(delta(operations));
    }
    return deltas;
  }

  boolean reachesBackTo(long after) {
    return after >= clock - log.size() && after <= clock;
  }

  private Operation kept(Operation operation) {
    Entry added = operation.added();
    return added == null
        ? operation
        : new Operation(
            operation.clock(), changes.kept(added), operation.removed(), operation.reason());
  }

  private Delta delta(List<Operation> operations) {
    return new Delta(node, operations.get(0).clock() - 1, operations);
  }

  private Snapshot piece(int index, NodeId by, long nowMillis) {
    return new Snapshot(node, by, frozenClock, index, frozen.count(), frozen.get(index, nowMillis));
  }

  private void trimLog() {
    while (log.size() > logLimit) {
      long first = log.getFirst().clock();
      boolean read = frozen != null && first > frozenClock && log.size() <= logLimit * MAX_LOGS;
      if (read || first > heldAfter) {
        return;
      }
      log.removeFirst();
    }
  }

  private void addOwn(Set<Long> clocks, Ref ref) {
    if (ref != null && ref.node().equals(node)) {
      clocks.add(ref.clock());
    }
  }
}

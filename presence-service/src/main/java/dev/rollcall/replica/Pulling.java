package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.Transfer;
import dev.rollcall.pubsub.NodeId;
import java.util.Optional;

/**
 * How this replica gets what it misses of one node: first from the node itself, one question at a
 * time; and where another replica has been ahead for too long, from that one. What is too much for
 * one message comes in pieces, each asked for.
 */
final class Pulling {
  /** One question in this time: the answer is under way. */
  private static final long PULL_MILLIS = 300;

  /** What another replica had this long ago is not merely under way to this one. */
  private static final long CLAIM_MILLIS = 500;

  /**
   * What another replica says to have.
   *
   * @param asked whether it was asked for it, and may have answered in vain
   */
  private record Claim(NodeId replica, long clock, long atMillis, boolean asked) {}

  private long nextPullMillis = Long.MIN_VALUE;
  private Claim claim;
  private Transfer<Long, NodeId> transfer;

  boolean mayPull(long nowMillis) {
    if (nowMillis < nextPullMillis || transfer != null) {
      return false;
    }
    nextPullMillis = nowMillis + PULL_MILLIS;
    return true;
  }

  /** Tells whether what was asked for did not come in time: the question is lost, or the answer. */
  boolean isUnanswered(long nowMillis) {
    return nextPullMillis != Long.MIN_VALUE && nowMillis >= nextPullMillis;
  }

  /** The answer has come: what is still missing may be asked for at once. */
  void answered() {
    nextPullMillis = Long.MIN_VALUE;
  }

  /**
   * Takes one piece of a snapshot.
   *
   * @return all of them, if it was wanted
   */
  Optional<Transfer<Long, NodeId>> receive(Snapshot piece, long nowMillis) {
    if (transfer == null || (piece.index() == 0 && piece.clock() > transfer.id())) {
      transfer = new Transfer<>(piece.clock(), piece.by(), piece.pieces());
    }
    boolean wanted =
        transfer.id() == piece.clock()
            // Another may have cut the same list in other places.
            && transfer.source().equals(piece.by())
            && transfer.add(piece.index(), piece.entries(), nowMillis);
    return wanted ? Optional.of(transfer) : Optional.empty();
  }

  /** The node has said goodbye at that clock: what it had before it hands out no more. */
  void endTransferBefore(long clock) {
    if (transfer != null && transfer.id() < clock) {
      transfer = null;
    }
  }

  /** What was under way is whole, or not wanted any more. */
  void endTransfer() {
    transfer = null;
  }

  /**
   * Returns the snapshot of which the next piece has been waited for too long, if any.
   *
   * @param clock how far this replica has come meanwhile
   */
  Optional<Transfer<Long, NodeId>> overdue(long clock, long nowMillis) {
    if (transfer == null || !transfer.isOverdue(nowMillis)) {
      return Optional.empty();
    }
    if (transfer.isHopeless() || transfer.id() <= clock) {
      transfer = null;
    }
    return Optional.ofNullable(transfer);
  }

  /**
   * Another replica says how far it has come. The first that is ahead is remembered, until it was
   * asked.
   *
   * @param clock how far this one has
   */
  void claim(NodeId replica, long itsClock, long clock, long nowMillis) {
    boolean open = claim != null && claim.clock() > clock && !claim.asked();
    if (!open && itsClock > clock) {
      claim = new Claim(replica, itsClock, nowMillis, false);
    }
  }

  /** Returns, once it may be asked, a replica that has been ahead of this clock for too long. */
  Optional<NodeId> overdueClaim(long clock, long nowMillis) {
    // The node's own answer is waited for, but once: a busy one is asked again and again in vain.
    long patience = nowMillis < nextPullMillis ? CLAIM_MILLIS + PULL_MILLIS : CLAIM_MILLIS;
    if (claim == null || transfer != null || nowMillis - claim.atMillis() < patience) {
      return Optional.empty();
    }
    Claim due = claim;
    // Twice: an answer may be lost, and the next digest too.
    claim = due.asked() ? null : new Claim(due.replica(), due.clock(), nowMillis, true);
    return due.clock() > clock ? Optional.of(due.replica()) : Optional.empty();
  }
}

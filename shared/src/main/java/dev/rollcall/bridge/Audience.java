package dev.rollcall.bridge;

import java.util.ArrayList;
import java.util.List;

/**
 * The clients of one event loop that get the same messages. What comes within one turn of the loop
 * goes out at its end, in one write a client.
 *
 * <p>That is what a delivery costs: the system call. A message that is alone is sent no later for
 * it, since the end of the turn is when the loop has nothing else to do.
 */
final class Audience {
  private final BridgeLoop loop;
  private final List<Seat> seats = new ArrayList<>();
  private final List<Encoded> pending = new ArrayList<>();

  Audience(BridgeLoop loop) {
    this.loop = loop;
  }

  boolean isEmpty() {
    return seats.isEmpty();
  }

  int size() {
    return seats.size();
  }

  /** What was sent before is not for it. */
  void add(Seat seat) {
    if (seat.index >= 0) {
      throw new IllegalStateException("a seat is in one audience, once");
    }
    flush();
    seat.index = seats.size();
    seats.add(seat);
  }

  /** What was sent before is still for it. */
  void remove(Seat seat) {
    if (seat.index < 0) {
      return;
    }
    flush();
    // Flushing may itself have ended it.
    if (seat.index >= 0) {
      Seat last = seats.remove(seats.size() - 1);
      if (last != seat) {
        seats.set(seat.index, last);
        last.index = seat.index;
      }
      seat.index = -1;
    }
  }

  void send(Encoded message) {
    if (pending.isEmpty()) {
      loop.flushLater(this);
    }
    pending.add(message);
  }

  void flush() {
    if (pending.isEmpty()) {
      return;
    }
    Batch batch = loop.batch(pending);
    pending.clear();
    try {
      // From the end: one that is too slow leaves its seat to the last, which has had its turn.
      for (int i = seats.size() - 1; i >= 0; i--) {
        take(seats.get(i), batch);
      }
    } finally {
      batch.release();
    }
  }

  /** What fails for one must not keep the others from what is theirs. */
  private static void take(Seat seat, Batch batch) {
    try {
      seat.take(batch);
    } catch (RuntimeException | OutOfMemoryError fault) {
      seat.connection().fail(fault);
    }
  }
}

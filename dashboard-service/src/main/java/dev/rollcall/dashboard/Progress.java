package dev.rollcall.dashboard;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * How far the board is, and who waits until it is further: a browser is told of orders on another
 * way, and may know of one a moment before the board has it. Belongs to one event loop.
 */
final class Progress {
  /** Messages of nodes cross within less, and a hole is filled within less. */
  static final long PATIENCE_MILLIS = 2_000;

  private record Wait(long position, Promise<Void> promise) {}

  private final Vertx vertx;
  private final Queue<Wait> waits = new PriorityQueue<>(Comparator.comparingLong(Wait::position));
  private long reached;

  Progress(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Returns when the board has all up to this position; fails where that takes long. */
  Future<Void> until(long position) {
    if (position <= reached) {
      return Future.succeededFuture();
    }
    Wait wait = new Wait(position, Promise.promise());
    waits.add(wait);
    long timer = vertx.setTimer(PATIENCE_MILLIS, late -> giveUp(wait));
    return wait.promise.future().onSuccess(there -> vertx.cancelTimer(timer));
  }

  private void giveUp(Wait wait) {
    waits.remove(wait);
    wait.promise.tryFail("the board does not get as far as " + wait.position);
  }

  /** The board has all up to this position. */
  void reached(long position) {
    reached = Math.max(reached, position);
    var there = new ArrayList<Wait>();
    while (!waits.isEmpty() && waits.peek().position <= reached) {
      there.add(waits.remove());
    }
    there.forEach(wait -> wait.promise.tryComplete());
  }

  int waiting() {
    return waits.size();
  }
}

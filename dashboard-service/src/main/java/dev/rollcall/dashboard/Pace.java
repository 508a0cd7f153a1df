package dev.rollcall.dashboard;

import io.vertx.core.Vertx;

/**
 * Does something that was asked for at once, but no more often than every so many milliseconds;
 * what is asked for in between is done once, at the end. Belongs to one event loop.
 */
final class Pace {
  private final Vertx vertx;
  private final long millis;
  private final Runnable action;
  private boolean waiting;
  private boolean wanted;

  Pace(Vertx vertx, long millis, Runnable action) {
    this.vertx = vertx;
    this.millis = millis;
    this.action = action;
  }

  void ask() {
    if (waiting) {
      wanted = true;
      return;
    }
    waiting = true;
    wanted = false;
    vertx.setTimer(millis, timer -> again());
    action.run();
  }

  private void again() {
    waiting = false;
    if (wanted) {
      ask();
    }
  }
}

package dev.rollcall.system;

import dev.rollcall.pubsub.Message;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks in the database for what was announced, the moment it is heard: what is not there was
 * announced before its commit, if it ever was committed.
 */
final class CommitWatch {
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Finds what is not there. */
  @FunctionalInterface
  interface Lookup {
    List<Message> absent(List<Message> heard) throws SQLException;
  }

  private final Lookup lookup;
  private final LinkedBlockingQueue<Message> heard = new LinkedBlockingQueue<>();
  private final Queue<Message> early = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::run, "commit-watch");

  /**
   * @param lookup called on a thread of its own, and again where it fails
   */
  CommitWatch(Lookup lookup) {
    this.lookup = lookup;
    thread.setDaemon(true);
    thread.start();
  }

  void heard(Message message) {
    heard.add(message);
  }

  /** Returns what was announced before it could be seen. */
  List<Message> early() {
    return List.copyOf(early);
  }

  void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  private void run() {
    List<Message> some = new ArrayList<>();
    try {
      while (true) {
        some.add(heard.take());
        heard.drainTo(some);
        look(some);
        some.clear();
      }
    } catch (InterruptedException closed) {
      // The end.
    }
  }

  private void look(List<Message> some) throws InterruptedException {
    while (true) {
      try {
        early.addAll(lookup.absent(List.copyOf(some)));
        return;
      } catch (SQLException away) {
        // The database is, which is no reason to believe anything.
        LockSupport.parkNanos(AGAIN_NANOS);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Reason;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Entries that are still to be shown or hidden, in the order in which that was found: those of one
 * large node that comes, returns or goes are more than the work of one turn. What a node has and
 * what is seen of it differ until then, and no view may take the one for the other.
 */
final class Backlog {
  /** One entry that is to be shown, or to go for a reason. */
  private record Task(Peer peer, Entry entry, Reason reason, long clock) {}

  private final Deque<Task> tasks = new ArrayDeque<>();

  void show(Peer peer, Entry entry) {
    tasks.add(new Task(peer, entry, null, 0));
  }

  void hide(Peer peer, Entry entry, Reason reason, long clock) {
    tasks.add(new Task(peer, entry, reason, clock));
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** Shows and hides the next so many. */
  void work(int max) {
    for (int done = 0; done < max && !tasks.isEmpty(); done++) {
      Task task = tasks.remove();
      if (task.reason() == null) {
        task.peer().showLate(task.entry());
      } else {
        task.peer().hideLate(task.entry(), task.reason(), task.clock());
      }
    }
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Entries that are still to be shown or hidden, in the order in which that was found: those of one
 * large node that comes, returns or goes are more than the work of one turn. What a node has and
 * what is seen of it differ until then, and no view may take the one for the other. Changes that
 * belong together are done in one turn: one that takes another's place must not come a turn after
 * the other went.
 */
final class Backlog {
  /**
   * One entry that is to be shown, or to go.
   *
   * @param reason why it goes, null for one that is to be shown
   * @param clock of the operation that removed it, 0 for one that may be shown again
   */
  record Change(Entry entry, Reason reason, long clock) {}

  private record Task(Shown shown, List<Change> changes) {}

  private final Deque<Task> tasks = new ArrayDeque<>();

  void add(Shown shown, List<Change> together) {
    tasks.add(new Task(shown, together));
  }

  int size() {
    return tasks.size();
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** Does the next so many changes, and those that belong to the last of them. */
  void work(int max) {
    int done = 0;
    while (done < max && !tasks.isEmpty()) {
      Task task = tasks.remove();
      task.changes().forEach(task.shown()::doLate);
      done += task.changes().size();
    }
  }
}

package dev.rollcall.system.lab;

import dev.rollcall.system.Hosts.Loss;
import dev.rollcall.system.lab.Visitor.Seen;
import dev.rollcall.system.lab.Whereabouts.Stay;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What was disturbed when, and which leaves that excuses. A leave is false if its user was
 * connected all the while to a node that could be reached from where it was seen, over whichever
 * hosts, or came back within the time that a connection which was cut lingers. Safe for concurrent
 * use.
 */
final class Disturbance {
  /** How long after the end of a disturbance what it caused may still be seen. */
  private static final long AFTER_NANOS = 6_000_000_000L;

  private static final long LINGER_NANOS = 3_000_000_000L;

  private final int hosts;
  private final LongSupplier clock;
  private final List<Span> spans = new ArrayList<>();
  private Set<Loss> cut = Set.of();
  private Set<Pod> down = Set.of();
  private long sinceNanos;

  private record Span(long fromNanos, long toNanos, Set<Loss> cut, Set<Pod> down) {}

  /**
   * @param clock in nanoseconds
   */
  Disturbance(int hosts, LongSupplier clock) {
    this.hosts = hosts;
    this.clock = clock;
    this.sinceNanos = clock.getAsLong();
  }

  /** From now on nothing passes there; what is lost by chance excuses nothing. */
  synchronized void cut(List<Loss> losses) {
    turn();
    cut = new HashSet<>(losses.stream().filter(loss -> loss.percent() == 100).toList());
  }

  /** From now on these pods' processes do nothing. */
  synchronized void down(Set<Pod> pods) {
    turn();
    down = Set.copyOf(pods);
  }

  private void turn() {
    long now = clock.getAsLong();
    spans.add(new Span(sinceNanos, now, cut, down));
    sinceNanos = now;
  }

  /** Returns those that are false among what was seen from then on. */
  synchronized List<Seen> falseLeaves(
      List<Seen> seen, long fromNanos, Function<String, Optional<Whereabouts>> users) {
    turn();
    return seen.stream()
        .filter(leave -> leave.nanos() - fromNanos >= 0)
        .filter(
            leave ->
                users.apply(leave.leave().user()).filter(user -> isFalse(leave, user)).isPresent())
        .toList();
  }

  private boolean isFalse(Seen leave, Whereabouts user) {
    Optional<Stay> there = user.at(leave.nanos());
    if (there.isPresent()) {
      return !isExcused(leave, there.get().pod()) && !isExcusedBefore(leave, user, there.get());
    }
    Optional<Stay> before = user.before(leave.nanos());
    Optional<Stay> after = user.after(leave.nanos());
    return before.isPresent()
        && after.isPresent()
        && after.get().fromNanos() - before.get().toNanos() <= LINGER_NANOS
        && !isExcused(leave, before.get().pod());
  }

  /** What is seen now may be the leave of an earlier stay, if the user was away for long enough. */
  private boolean isExcusedBefore(Seen leave, Whereabouts user, Stay there) {
    if (leave.nanos() - there.fromNanos() > AFTER_NANOS) {
      return false;
    }
    return user.before(there.fromNanos())
        .filter(
            earlier ->
                there.fromNanos() - earlier.toNanos() > LINGER_NANOS
                    || isExcused(leave, earlier.pod()))
        .isPresent();
  }

  private boolean isExcused(Seen leave, Pod of) {
    return spans.stream()
        .filter(span -> span.fromNanos() - leave.nanos() <= 0)
        .filter(span -> leave.nanos() - span.toNanos() <= AFTER_NANOS)
        .anyMatch(
            span ->
                span.down().contains(of) || !reachable(span.cut(), of.host(), leave.at().host()));
  }

  /** Over whichever hosts, both ways. */
  private boolean reachable(Set<Loss> lost, int from, int to) {
    Set<Integer> known = new HashSet<>(Set.of(from));
    Deque<Integer> next = new ArrayDeque<>(known);
    while (!next.isEmpty()) {
      int here = next.remove();
      for (int there = 1; there <= hosts; there++) {
        boolean open =
            !lost.contains(Loss.all(here, there)) && !lost.contains(Loss.all(there, here));
        if (open && known.add(there)) {
          next.add(there);
        }
      }
    }
    return known.contains(to);
  }
}

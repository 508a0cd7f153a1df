package dev.rollcall.system;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Kills instances of a service by {@code kill -9} and starts them anew at once.
 *
 * <p>To hit one between its commit and its broadcast, it is stopped where it is, and let go on
 * again, until the database shows that it stands there: the kill then finds it where it was
 * stopped. What a kill has hit is counted after it, when what was sent before has arrived.
 */
final class Kills {
  /** Where an instance is to be hit. */
  enum Aim {
    /** Wherever it is. */
    ANYWHERE,
    /** After the commit of what it has not numbered. All instances are killed, so none can help. */
    UNNUMBERED,
    /** After the numbering of what it has not broadcast. */
    UNSAID,
    /** After a commit that the test makes in its place, so that it is certain. All are killed. */
    CERTAIN
  }

  /**
   * What kills have hit.
   *
   * @param unnumbered kills that found something committed and not numbered
   * @param unsaid kills that found something numbered and not broadcast
   */
  record Hits(int kills, int unnumbered, int unsaid) {
    static final Hits NONE = new Hits(0, 0, 0);

    Hits and(Hits more) {
      return new Hits(kills + more.kills, unnumbered + more.unnumbered, unsaid + more.unsaid);
    }
  }

  /** What is done in the place of who dies. */
  @FunctionalInterface
  interface LastWords {
    void say() throws Exception;
  }

  private static final int MOST_STOPS = 400;

  /**
   * What was sent by one that stands still, or is dead, has arrived by then, and so has what others
   * sent. Far less than it takes until they take over what one has numbered and not broadcast.
   */
  private static final Duration ARRIVED = Duration.ofSeconds(1);

  private final Deployment system;
  private final List<Instance> instances;
  private final Untold untold;
  private final Random random;

  /** What a kill has hit that was not said until the next one is not hit again. */
  private final Set<Long> hit = new HashSet<>();

  Kills(Deployment system, List<Instance> instances, Untold untold, Random random) {
    this.system = system;
    this.instances = instances;
    this.untold = untold;
    this.random = random;
  }

  /** Kills, and returns what was hit when all run again. */
  Hits strike(Aim aim) throws Exception {
    return kill(aim == Aim.ANYWHERE ? List.of(anyone()) : stoppedAt(aim));
  }

  /** Has all stand still, does something in their place that nobody takes on, and kills them. */
  Hits strikeAfter(LastWords lastWords) throws Exception {
    Signal.STOP.to(pids(instances));
    lastWords.say();
    return kill(instances);
  }

  private Instance anyone() {
    return instances.get(random.nextInt(instances.size()));
  }

  private List<Long> pids(List<Instance> some) {
    return some.stream().map(instance -> system.child(instance.name()).pid()).toList();
  }

  /**
   * Returns who stands there, stopped. It tries another each time, since one that announces for all
   * leaves the others nothing to announce; it gives up after so many tries that it would have been
   * chance all the same.
   */
  private List<Instance> stoppedAt(Aim aim) throws Exception {
    for (int i = 1; true; i++) {
      List<Instance> victims = aim == Aim.UNNUMBERED ? instances : List.of(anyone());
      Eventually.pass(Duration.ofMillis(1 + random.nextInt(20)));
      Signal.STOP.to(pids(victims));
      boolean there = aim == Aim.UNNUMBERED ? unnumbered() : !unsaid().isEmpty();
      if (there || i == MOST_STOPS) {
        return victims;
      }
      Signal.CONT.to(pids(victims));
    }
  }

  /** What the server was about to do for those that stand still is done a moment after. */
  private boolean unnumbered() throws Exception {
    return untold.unnumbered() > 0 && !Eventually.holds(ARRIVED, () -> untold.unnumbered() == 0);
  }

  private List<Long> unsaid() throws Exception {
    List<Long> unsaid = new ArrayList<>(untold.unsaid());
    unsaid.removeAll(hit);
    Eventually.holds(
        ARRIVED,
        () -> {
          unsaid.retainAll(untold.unsaid());
          return unsaid.isEmpty();
        });
    return unsaid;
  }

  private Hits kill(List<Instance> victims) throws Exception {
    Signal.KILL.to(pids(victims));
    for (Instance victim : victims) {
      ServiceProcess dead = system.child(victim.name());
      dead.endsWithin(Duration.ofSeconds(10));
      // The next one begins its log anew.
      Files.move(dead.log(), dead.log().resolveSibling(dead.name() + "-" + dead.pid() + ".log"));
    }
    Hits hits = hits(victims);
    restart(victims);
    return hits;
  }

  private Hits hits(List<Instance> victims) throws Exception {
    // With others at work it can't be told whose it is.
    boolean unnumbered = victims.containsAll(instances) && unnumbered();
    List<Long> unsaid = unsaid();
    hit.addAll(unsaid);
    return new Hits(victims.size(), unnumbered ? 1 : 0, unsaid.isEmpty() ? 0 : 1);
  }

  private void restart(List<Instance> ended) throws Exception {
    ExecutorService starts = Executors.newFixedThreadPool(ended.size());
    try {
      List<Callable<ServiceProcess>> calls = new ArrayList<>();
      ended.forEach(instance -> calls.add(() -> system.restart(instance)));
      for (Future<ServiceProcess> started : starts.invokeAll(calls)) {
        started.get();
      }
    } finally {
      starts.shutdown();
    }
  }
}

package dev.rollcall.node;

import dev.rollcall.node.Ailments.Ailment;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether this process should live. It looks from a thread of its own, as the event loops are
 * among what it looks at; what can be mended is mended elsewhere, and what is left is for the
 * orchestrator, which starts the node anew.
 */
final class Watchdog {
  private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
  private static final long LOOK_MILLIS = 1_000;

  /** A loop that is overdue by less is only late, as it may be where there is too much to do. */
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(9);

  private final EventLoops loops;
  private final Cluster cluster;
  private final Ailments ailments = new Ailments(Math.random());
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread watching = new Thread(work, "rollcall-watchdog");
            watching.setDaemon(true);
            return watching;
          });
  private volatile Set<Ailment> lasting = Set.of();

  Watchdog(EventLoops loops, Cluster cluster) {
    this.loops = loops;
    this.cluster = cluster;
  }

  void start() {
    var unused =
        thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** When the node leaves, what it sees is the end. */
  void stop() {
    thread.shutdownNow();
    lasting = Set.of();
  }

  /** Returns what is wrong for too long; a new process is needed where anything is. */
  Set<Ailment> lasting() {
    return lasting;
  }

  /** A look that fails must not be the last. */
  private void look() {
    safely(this::judge);
    safely(cluster::endUnansweredHandshakes);
  }

  private void judge() {
    Set<Ailment> before = lasting;
    lasting = ailments.look(found(), nowMillis());
    if (!lasting.isEmpty() && !lasting.equals(before)) {
      log.error("this process should be started anew: {}", lasting);
    }
  }

  /** What it looks at is in part the inside of a library, which may be another one. */
  private static void safely(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | LinkageError fault) {
      log.error("the watchdog can't look", fault);
    }
  }

  private static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private Set<Ailment> found() {
    Set<Ailment> found = EnumSet.noneOf(Ailment.class);
    if (loops.stuckNanos(System.nanoTime()) > STUCK_NANOS) {
      found.add(Ailment.LOOP_STUCK);
    }
    if (!cluster.isRunning()) {
      found.add(Ailment.CLUSTER_ENDED);
    } else if (!cluster.answers()) {
      found.add(Ailment.CLUSTER_HANGS);
    }
    if (cluster.isStranded()) {
      found.add(Ailment.STRANDED);
    }
    if (cluster.isCutOff()) {
      found.add(Ailment.CUT_OFF);
    }
    return found;
  }
}

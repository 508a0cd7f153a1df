package dev.rollcall.node;

import dev.rollcall.node.Ailments.Ailment;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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

  private final Set<EventExecutor> loops = new HashSet<>();
  private final Set<EventExecutor> turned = ConcurrentHashMap.newKeySet();
  private final Cluster cluster;
  private final LongSupplier clock;
  private final Ailments ailments = new Ailments();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread watching = new Thread(work, "rollcall-watchdog");
            watching.setDaemon(true);
            return watching;
          });
  private volatile Set<Ailment> lasting = Set.of();

  Watchdog(Cluster cluster) {
    this(cluster, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  Watchdog(Cluster cluster, LongSupplier clock) {
    this.cluster = cluster;
    this.clock = clock;
    loops(cluster.vertx());
  }

  private void loops(Vertx vertx) {
    ((VertxInternal) vertx).nettyEventLoopGroup().forEach(loops::add);
    turned.addAll(loops);
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
    try {
      Set<Ailment> before = lasting;
      lasting = ailments.look(found(), clock.getAsLong());
      if (!lasting.isEmpty() && !lasting.equals(before)) {
        log.error("this process should be started anew: {}", lasting);
      }
    } catch (RuntimeException fault) {
      log.error("the watchdog can't look", fault);
    }
  }

  private Set<Ailment> found() {
    Set<Ailment> found = EnumSet.noneOf(Ailment.class);
    if (!turned.containsAll(loops)) {
      found.add(Ailment.LOOP_STUCK);
    }
    turned.clear();
    loops.forEach(loop -> loop.execute(() -> turned.add(loop)));
    if (!cluster.isRunning()) {
      found.add(Ailment.CLUSTER_ENDED);
    } else if (!cluster.answers()) {
      found.add(Ailment.CLUSTER_HANGS);
    }
    if (cluster.isCutOff()) {
      found.add(Ailment.CUT_OFF);
    }
    return found;
  }
}

package dev.rollcall.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures how late the event loops do what is due. Each has a task of its own each half a second;
 * by how much that comes late, all else on the loop waits too. A loop that does not turn at all
 * says nothing itself, so how long the latest one is overdue can be asked from outside.
 */
final class EventLoops {
  private static final long TURN_MILLIS = 500;

  private final List<Turns> loops = new ArrayList<>();

  private EventLoops() {}

  static EventLoops watch(Vertx vertx, MeterRegistry metrics) {
    Timer lag = metrics.timer("rollcall.loop.lag");
    EventLoops all = new EventLoops();
    EventLoopGroup group = ((VertxInternal) vertx).nettyEventLoopGroup();
    for (EventExecutor loop : group) {
      Turns turns = new Turns(loop, lag);
      all.loops.add(turns);
      turns.expect();
    }
    TimeGauge.builder("rollcall.loop.stuck", all, TimeUnit.SECONDS, EventLoops::stuckSeconds)
        .strongReference(true)
        .register(metrics);
    return all;
  }

  private double stuckSeconds() {
    return stuckNanos(System.nanoTime()) / 1e9;
  }

  /** Returns for how long the latest loop has not done what was due; 0 while all turn. */
  long stuckNanos(long nowNanos) {
    return loops.stream().mapToLong(each -> each.lateNanos(nowNanos)).max().orElse(0);
  }

  /** The turns of one loop. */
  private static final class Turns {
    private final EventExecutor loop;
    private final Timer lag;
    private volatile long dueNanos;

    Turns(EventExecutor loop, Timer lag) {
      this.loop = loop;
      this.lag = lag;
    }

    void expect() {
      dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TURN_MILLIS);
      if (!loop.isShuttingDown()) {
        var unused = loop.schedule(this::turn, TURN_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private void turn() {
      lag.record(lateNanos(System.nanoTime()), TimeUnit.NANOSECONDS);
      expect();
    }

    long lateNanos(long nowNanos) {
      return loop.isShuttingDown() ? 0 : Math.max(0, nowNanos - dueNanos);
    }
  }
}

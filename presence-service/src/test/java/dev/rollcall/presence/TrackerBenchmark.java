package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Delta;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes a tracker to make one delta: sessions track, the tracker is flushed, and for each
 * of the delta's operations an old session has closed, so that there are always as many as before.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class TrackerBenchmark {
  private static final int SESSIONS = 10_000;

  /** Of which one half tracks, and the other closes. */
  @Param({"2", "20", "500"})
  int operations;

  private final Tracker tracker =
      new Tracker(Crowd.node(1), "member", Tracker.LOG_LIMIT, Tracker.HANDED_LIMIT);
  private long opened;

  @Setup
  public void fill() {
    while (opened < SESSIONS) {
      open();
      tracker.flush();
    }
  }

  @Benchmark
  public List<Delta> trackAndFlush() {
    for (int i = 0; i < operations / 2; i++) {
      tracker.close(opened - SESSIONS, Reason.CLOSED);
      open();
    }
    return tracker.flush();
  }

  private void open() {
    int user = (int) (opened % 100_000);
    tracker.track(opened, "room:lobby", Crowd.key(user), Crowd.meta(user), null);
    opened++;
  }
}

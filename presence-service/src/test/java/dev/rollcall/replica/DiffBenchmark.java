package dev.rollcall.replica;

import dev.rollcall.presence.Crowd;
import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Reason;
import dev.rollcall.pubsub.NodeId;
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
 * What it takes to make a topic's diff: its changes come, and the window ends. The changes are
 * joins, and then their leaves, by turns.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class DiffBenchmark {
  private static final String TOPIC = "room:lobby";

  @Param({"100", "10000"})
  int size;

  @Param({"1", "500"})
  int changes;

  private final Topics topics =
      new Topics(new Window.Bounds(10, 500), replaced -> {}, ref -> false);
  private List<Entry> comers;
  private boolean present;
  private long nowMillis;

  @Setup
  public void fill() {
    NodeId node = Crowd.node(1);
    List<Entry> all = Crowd.entries(node, TOPIC, size + changes);
    all.subList(0, size).forEach(topics::show);
    topics.endWindow(TOPIC, Integer.MAX_VALUE, nowMillis);
    comers = List.copyOf(all.subList(size, size + changes));
  }

  @Benchmark
  public List<TopicState.Change> changeAndEndWindow() {
    for (Entry entry : comers) {
      if (present) {
        topics.remove(entry, Reason.CLOSED, 1);
      } else {
        topics.show(entry);
      }
    }
    present = !present;
    nowMillis += 1_000;
    return topics.endWindow(TOPIC, Integer.MAX_VALUE, nowMillis);
  }
}

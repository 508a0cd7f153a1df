package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.pubsub.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** What it takes a node to follow a topic, and to read one that it follows. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class ViewBenchmark {
  private static final NodeId NODE = Crowd.node(1);
  private static final String TOPIC = "room:lobby";
  private static final Epoch EPOCH = new Epoch(1, Crowd.node(2));

  @Param({"1000", "10000", "100000"})
  int size;

  private final Listed listed = new Listed();
  private View view;
  private Entry comer;
  private String present;
  private boolean here;

  @Setup
  public void fill() {
    view = new View(TOPIC);
    view.receive(
        new Position(EPOCH, 1), Crowd.entries(NODE, TOPIC, size), Map.of(NODE, (long) size), 0);
    comer = Crowd.entry(NODE, size + 1L, TOPIC, size);
    present = Crowd.key(size / 2);
  }

  /** One joins, and then leaves, by turns. */
  @Benchmark
  public Optional<View.Change> foldDiffOf1() {
    Position next = new Position(EPOCH, view.position().number() + 1);
    long digest = view.roster().digest();
    long comers = Roster.digest(comer.ref());
    Diff diff =
        here
            ? new Diff(
                TOPIC,
                next,
                digest - comers,
                List.of(),
                List.of(new Leave(comer.ref(), Reason.CLOSED, comer.ref().clock() + 1)))
            : new Diff(TOPIC, next, digest + comers, List.of(comer), List.of());
    here = !here;
    return view.receive(diff);
  }

  /** One joins or leaves, and the list is read. */
  @Benchmark
  public Map<String, List<Meta>> foldDiffOf1AndList() {
    foldDiffOf1().ifPresent(listed::changed);
    return listed.of(view.roster());
  }

  @Benchmark
  public Map<String, List<Meta>> listForTheFirstTime() {
    return new Listed().of(view.roster());
  }

  @Benchmark
  public List<Meta> get() {
    return PresenceJson.metas(view.roster().get(present));
  }
}

package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Snapshot;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.buffer.Buffer;
import java.util.List;
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
import org.openjdk.jmh.annotations.Warmup;

/** What it takes to write one message, and to read it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@org.openjdk.jmh.annotations.State(Scope.Thread)
public class CodecBenchmark {
  private static final NodeId NODE = Crowd.node(1);
  private static final String TOPIC = "room:lobby";
  private static final Position POSITION = new Position(new Epoch(7, Crowd.node(2)), 4_711);

  /** One of each kind that there is much of. */
  @SuppressWarnings(
      "ImmutableEnumChecker") // A message is, though it can't say so: records of lists.
  public enum Sample {
    DELTA_OF_1(Crowd.delta(NODE, 1_000, 1, 0, user -> TOPIC)),
    DELTA_OF_20(Crowd.delta(NODE, 1_000, 20, 0, user -> TOPIC)),
    DIFF_OF_1(
        new Diff(TOPIC, POSITION, 0x1234_5678_9ABCL, Crowd.entries(NODE, TOPIC, 1), List.of())),
    SNAPSHOT_PIECE(new Snapshot(NODE, NODE, 9_000, 0, 2, piece())),
    STATE_PIECE(new State(TOPIC, POSITION, 0x1234_5678_9ABCL, 0, 2, piece()));

    private final PresenceMessage message;

    Sample(PresenceMessage message) {
      this.message = message;
    }

    private static List<Entry> piece() {
      return new Pieces(Crowd.entries(NODE, TOPIC, 10_000), 0).get(0, 0);
    }
  }

  @Param Sample sample;

  private Buffer encoded;

  @Setup
  public void encodeOnce() {
    encoded = PresenceCodec.encode(sample.message);
  }

  @Benchmark
  public Buffer encode() {
    return PresenceCodec.encode(sample.message);
  }

  @Benchmark
  public Optional<PresenceMessage> decode() {
    return PresenceCodec.decode(encoded);
  }
}

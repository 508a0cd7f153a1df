package dev.rollcall.replica;

import dev.rollcall.presence.Ownership;
import dev.rollcall.presence.PresenceBus;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What an operator sees of a replica, over all its shards. */
final class ReplicaMetrics {
  /** What a gauge holds without rounding, and more than enough to tell lists apart. */
  private static final long DIGEST_BITS = (1L << 48) - 1;

  private final MeterRegistry registry;
  private final Counter deltas;
  private final Counter operations;
  private final Counter snapshotPieces;
  private final Counter pulls;
  private final Timer merge;
  private final DistributionSummary diffSize;

  ReplicaMetrics(MeterRegistry registry) {
    this.registry = registry;
    deltas = registry.counter("rollcall.replica.deltas");
    operations = registry.counter("rollcall.replica.operations");
    snapshotPieces = registry.counter("rollcall.replica.snapshot.pieces");
    pulls = registry.counter("rollcall.replica.pulls");
    merge = registry.timer("rollcall.replica.merge");
    diffSize = registry.summary("rollcall.replica.diff.entries");
  }

  void merged(Delta delta, long nanos) {
    deltas.increment();
    operations.increment(delta.operations().size());
    merge.record(Duration.ofNanos(nanos));
  }

  void snapshotPiece(long nanos) {
    snapshotPieces.increment();
    merge.record(Duration.ofNanos(nanos));
  }

  void pull() {
    pulls.increment();
  }

  void diff(Diff diff) {
    diffSize.record(diff.joins().size() + diff.leaves().size());
  }

  /** Shows what the shards hold, and what they have sent. */
  void show(List<ReplicaLoop> shards, PresenceBus bus) {
    count(shards, "rollcall.replica.presences", Replica.Counts::presences);
    count(shards, "rollcall.replica.topics", Replica.Counts::topics);
    count(shards, "rollcall.replica.followed", Replica.Counts::followed);
    count(shards, "rollcall.replica.nodes.up", Replica.Counts::nodesUp);
    count(shards, "rollcall.replica.nodes.down", Replica.Counts::nodesDown);
    count(shards, "rollcall.replica.unfinished", Replica.Counts::unfinished);
    FunctionCounter.builder("rollcall.replica.sent.bytes", bus, PresenceBus::sentBytes)
        .register(registry);
    FunctionCounter.builder("rollcall.replica.unreadable", bus, PresenceBus::unreadable)
        .register(registry);
    for (int partition = 0; partition < Ownership.PARTITIONS; partition++) {
      int number = partition;
      ReplicaLoop shard = shards.get(partition % Ownership.SHARDS);
      Gauge.builder("rollcall.replica.digest", shard, loop -> digest(loop.digests(), number))
          .tag("partition", Integer.toString(partition))
          .register(registry);
    }
  }

  private void count(
      List<ReplicaLoop> shards, String name, ToDoubleFunction<Replica.Counts> count) {
    Gauge.builder(name, shards, all -> count.applyAsDouble(sum(all))).register(registry);
  }

  static Replica.Counts sum(List<ReplicaLoop> shards) {
    return shards.stream()
        .map(ReplicaLoop::counts)
        .reduce(Replica.Counts.NONE, Replica.Counts::plus);
  }

  private static double digest(long[] digests, int partition) {
    return digests.length == 0 ? 0 : digests[partition] & DIGEST_BITS;
  }
}

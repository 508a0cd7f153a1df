package dev.rollcall.operator;

import dev.rollcall.presence.Presence;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells what this node is and has. A part of it that does not answer is said not to, and keeps the
 * rest from nothing: it may be the very reason why somebody looks.
 */
final class Reporter {
  /** Before the node that asks gives up on this one. */
  private static final long PART_MILLIS = 700;

  private static final Condition UNKNOWN =
      new Condition(Condition.State.NOT_READY, List.of("no answer"));

  private final OwnNode own;
  private final PubSub pubSub;
  private final Presence presence;
  private final long startedNanos = System.nanoTime();
  private volatile Supplier<Future<Clients>> clients = () -> Future.succeededFuture(Clients.NONE);
  private volatile Supplier<Future<Optional<ReplicaState>>> replica =
      () -> Future.succeededFuture(Optional.empty());

  Reporter(OwnNode own, PubSub pubSub, Presence presence) {
    this.own = own;
    this.pubSub = pubSub;
    this.presence = presence;
  }

  void clients(Supplier<Future<Clients>> source) {
    clients = source;
  }

  void replica(Supplier<Future<ReplicaState>> source) {
    replica = () -> source.get().map(Optional::of);
  }

  NodeId self() {
    return own.id();
  }

  Future<NodeReport> report() {
    List<String> late = new CopyOnWriteArrayList<>();
    Future<Condition> condition = inTime(own::condition, UNKNOWN, "readiness", late);
    Future<Clients> counted = inTime(clients, Clients.NONE, "bridge", late);
    Future<Optional<ReplicaState>> held = inTime(replica, Optional.empty(), "replica", late);
    return Future.all(condition, counted, held)
        .map(all -> report(condition.result(), counted.result(), held.result(), late));
  }

  private NodeReport report(
      Condition condition, Clients counted, Optional<ReplicaState> held, List<String> late) {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    return new NodeReport(
        own.id(),
        own.service(),
        own.pod(),
        condition,
        late,
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos),
        heap.getUsed(),
        heap.getMax(),
        own.listed().stream().map(ListedNode::node).collect(Collectors.toSet()),
        pubSub.peers(),
        pubSub.mutualPeers(),
        counted.connections(),
        presence.trackedCount(),
        presence.readyReplicas(),
        Counts.of(subscribers(counted), NodeReport.MAX_NAMES),
        Counts.of(own.registrations(), NodeReport.MAX_NAMES),
        held.map(ReplicaReport::of));
  }

  /** Returns what this node has of these topics, where they are not on its list of the largest. */
  Future<TopicCounts> counts(Collection<String> topics) {
    List<String> late = new CopyOnWriteArrayList<>();
    Future<Clients> counted = inTime(clients, Clients.NONE, "bridge", late);
    Future<Optional<ReplicaState>> held = inTime(replica, Optional.empty(), "replica", late);
    return Future.all(counted, held)
        .map(both -> TopicCounts.of(topics, subscribers(counted.result()), held.result()));
  }

  private Map<String, Integer> subscribers(Clients counted) {
    Map<String, Integer> all = new HashMap<>(pubSub.subscriberCounts());
    counted.topics().forEach((topic, more) -> all.merge(topic, more, Integer::sum));
    return all;
  }

  private static <T> Future<T> inTime(
      Supplier<Future<T>> part, T otherwise, String name, List<String> late) {
    return Future.<T>future(done -> part.get().onComplete(done))
        .timeout(PART_MILLIS, TimeUnit.MILLISECONDS)
        .otherwise(
            missed -> {
              late.add(name);
              return otherwise;
            });
  }
}

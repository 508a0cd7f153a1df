package dev.rollcall.node;

import dev.rollcall.presence.Presence;
import dev.rollcall.pubsub.PubSub;
import dev.rollcall.pubsub.Traffic;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What an operator sees of any node, whatever its service. Each is explained in docs/METRICS.md.
 */
final class NodeMetrics {
  private final MeterRegistry registry;

  private NodeMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  static void show(Node node, NodeParts parts) {
    NodeMetrics metrics = new NodeMetrics(parts.metrics());
    metrics.showProcess(parts);
    metrics.showState(node, parts);
    metrics.showTls(node.busTls());
    metrics.showPubSub(parts.pubSub());
    metrics.showPresence(parts.presence());
  }

  private void showProcess(NodeParts parts) {
    Gauge.builder("rollcall.build.info", () -> 1)
        .tag("version", version())
        .tag("java", Runtime.version().toString())
        .register(registry);
    // By it a line of the log is found that tells of this process, and the other way round.
    Gauge.builder("rollcall.node.info", () -> 1).tag("node", parts.id().value()).register(registry);
    Gauge.builder("rollcall.process.resident.bytes", Memory::residentBytes).register(registry);
    Gauge.builder("rollcall.process.limit.bytes", Memory::limitBytes).register(registry);
    new FileDescriptorMetrics().bindTo(registry);
  }

  private static String version() {
    String version = Node.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  private void showState(Node node, NodeParts parts) {
    Management management = parts.management();
    gauge("rollcall.node.ready", management, all -> all.wasReady() ? 1 : 0);
    gauge("rollcall.node.ailments", management, all -> all.ailments().size());
    gauge("rollcall.node.leaving", node, all -> all.isLeaving() ? 1 : 0);
    gauge("rollcall.cluster.members", parts.cluster(), all -> all.members().size());
    gauge("rollcall.cluster.map.entries", parts.cluster(), Cluster::mapEntries);
    gauge("rollcall.pubsub.unreached", parts.cluster(), Cluster::unreachedCount);
  }

  private void showTls(Optional<BusTls> tls) {
    TimeGauge.builder(
            "rollcall.bus.tls.expires",
            tls,
            TimeUnit.SECONDS,
            used -> used.map(NodeMetrics::secondsLeft).orElse(Double.NaN))
        .strongReference(true)
        .register(registry);
  }

  private static double secondsLeft(BusTls tls) {
    return Duration.between(Instant.now(), tls.expires()).toSeconds();
  }

  private void showPubSub(PubSub pubSub) {
    gauge("rollcall.pubsub.subscribers", pubSub, PubSub::subscriberCount);
    gauge("rollcall.pubsub.topics", pubSub, all -> all.topics().size());
    gauge("rollcall.pubsub.peers", pubSub, all -> all.peers().size());
    count("rollcall.pubsub.lost", pubSub, PubSub::lostCount);
    count("rollcall.pubsub.delivered", pubSub, PubSub::delivered);
    for (Traffic.Kind kind : Traffic.Kind.values()) {
      Traffic traffic = pubSub.traffic();
      count("rollcall.pubsub.sent", kind, traffic, all -> all.sent(kind));
      count("rollcall.pubsub.sent.bytes", kind, traffic, all -> all.sentBytes(kind));
      count("rollcall.pubsub.received", kind, traffic, all -> all.received(kind));
      count("rollcall.pubsub.received.bytes", kind, traffic, all -> all.receivedBytes(kind));
    }
  }

  private void showPresence(Presence presence) {
    gauge("rollcall.presence.tracked", presence, Presence::trackedCount);
    gauge("rollcall.presence.replicas.ready", presence, Presence::readyReplicas);
    gauge("rollcall.presence.followed", presence, Presence::followedCount);
    count("rollcall.presence.resyncs", presence, Presence::resyncs);
    count("rollcall.presence.sent.bytes", presence, Presence::sentBytes);
    count("rollcall.presence.unreadable", presence, Presence::unreadable);
    count("rollcall.presence.fetch.failures", presence, Presence::failedFetches);
  }

  private <T> void gauge(String name, T of, ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value).strongReference(true).register(registry);
  }

  private <T> void count(String name, T of, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, of, value).register(registry);
  }

  private <T> void count(String name, Traffic.Kind kind, T of, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, of, value)
        .tag("kind", kind.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }
}

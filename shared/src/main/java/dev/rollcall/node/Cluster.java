package dev.rollcall.node;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import dev.rollcall.operator.ListedNode;
import dev.rollcall.pubsub.Membership;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.trace.Export;
import dev.rollcall.trace.Trace;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that knows which cluster manager there is. Members find each other by the addresses
 * they are given or by the DNS of a headless service, never by multicast; a member that dies is
 * noticed within seconds.
 */
final class Cluster implements Membership {
  /** Where a member that leaves tells its name. */
  static final String LEAVES = "rollcall.members.leaves";

  /** Who has not heard it by then sees the member leave. */
  private static final long GOODBYE_MILLIS = 1_000;

  /** A service that was made just now has a name in a moment; a wrong name never resolves. */
  private static final long NAME_MILLIS = 60_000;

  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private final MemberRegistrations manager;
  private final Vertx vertx;
  private final HandOver handOver;
  private volatile Set<String> lastMembers = Set.of();
  private volatile Set<NodeId> lastNodes = Set.of();
  private volatile Set<String> unreached = Set.of();
  private volatile boolean met;
  private volatile boolean leaving;

  private Cluster(MemberRegistrations manager, Vertx vertx) {
    this.manager = manager;
    this.vertx = vertx;
    this.handOver = new HandOver(vertx, manager);
  }

  static Future<Cluster> join(
      NodeConfig config, String service, NodeId node, MeterRegistry metrics) {
    System.setProperty("hazelcast.logging.type", "slf4j");
    return (config.clusterDns().isEmpty()
            ? Future.<Void>succeededFuture()
            : HostName.resolve(config.clusterDns(), NAME_MILLIS))
        .compose(resolved -> joinMembers(config, service, node, metrics));
  }

  private static Future<Cluster> joinMembers(
      NodeConfig config, String service, NodeId node, MeterRegistry metrics) {
    BusPort port;
    try {
      port = BusPort.take(config.clusterHost(), config.busPort());
    } catch (IOException inUse) {
      return Future.failedFuture(inUse);
    }
    MemberRegistrations manager = new MemberRegistrations(hazelcast(config), service, node, port);
    MicrometerMetricsOptions measured =
        new MicrometerMetricsOptions().setEnabled(true).setJvmMetricsEnabled(true);
    // Who calls may invent methods, and each would be kept for ever; routes and codes are ours.
    measured.setLabels(
        EnumSet.of(
            Label.HTTP_ROUTE, Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME, Label.EB_SIDE));
    // A registry of its own for each node, also where a test runs several in one process.
    measured.setRegistryName(UUID.randomUUID().toString());
    VertxOptions options =
        new VertxOptions()
            .setEventBusOptions(bus(port, config))
            .setMetricsOptions(measured)
            // A write to a socket is what a delivery costs; where there is epoll it costs less.
            .setPreferNativeTransport(true);
    VertxBuilder builder =
        Vertx.builder()
            .with(options)
            .withMetrics(new MicrometerMetricsFactory(metrics))
            .withClusterManager(manager);
    return traced(builder, config, service, node)
        .compose(
            vertx -> {
              Cluster cluster = new Cluster(manager, vertx);
              cluster.hearGoodbyes();
              vertx.exceptionHandler(cluster::unhandled);
              Trace.followOnBus(vertx);
              return manager.keepRegistry().map(cluster);
            });
  }

  /**
   * The bus completes one promise for all nodes that it sends a message to, and a second connection
   * that has just closed is one too many. Whoever lost the message notices.
   */
  private void unhandled(Throwable fault) {
    if (leaving && fault instanceof IllegalStateException) {
      log.debug("what was under way when the node left has ended twice", fault);
    } else if (fault instanceof IllegalStateException && isOfTheBus(fault.getStackTrace())) {
      log.debug("a broadcast met more than one closed connection", fault);
    } else {
      log.error("nobody handles this", fault);
    }
  }

  /**
   * Where the write fails later, the stack has only the promise of a channel, and nothing of ours.
   */
  private static boolean isOfTheBus(StackTraceElement[] calls) {
    Predicate<String> isCalled =
        name -> Arrays.stream(calls).anyMatch(call -> call.getClassName().contains(name));
    return isCalled.test(".clustered.OutboundConnection")
        || (isCalled.test(".DelegatingChannelPromise") && !isCalled.test("dev.rollcall."));
  }

  private static Future<Vertx> traced(
      VertxBuilder builder, NodeConfig config, String service, NodeId node) {
    if (config.otlpEndpoint().isEmpty()) {
      return builder.buildClustered();
    }
    Export export = Export.to(config.otlpEndpoint(), service, node.value());
    return export.measure(builder).buildClustered().onSuccess(export::endWith);
  }

  private void hearGoodbyes() {
    vertx.eventBus().<String>consumer(LEAVES, member -> manager.leaves(member.body()));
  }

  /** Returns what leaves to the others, at the end, what services on this node are asked. */
  HandOver handOver() {
    return handOver;
  }

  /** Tells all members, this one too, that nothing more is to be sent to it. */
  Future<Void> sayGoodbye() {
    leaving = true;
    return vertx
        .eventBus()
        .<String>publisher(LEAVES)
        .write(self())
        .timeout(GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
  }

  Vertx vertx() {
    return vertx;
  }

  @Override
  public String self() {
    return manager.getNodeId();
  }

  @Override
  public Set<String> members() {
    if (manager.isRunning()) {
      lastMembers = manager.members().names();
    }
    return lastMembers;
  }

  @Override
  public Set<NodeId> nodes() {
    if (manager.isRunning()) {
      lastNodes = manager.members().nodeIds();
    }
    return lastNodes;
  }

  /** What this node's bus believes of the members can be set right; a cut wire can't. */
  @Override
  public void unreached(Set<String> members) {
    unreached = Set.copyOf(members);
    if (!members.isEmpty()) {
      manager.tell();
    }
  }

  /** Returns what the list of members has of each node, whether or not it can be reached. */
  List<ListedNode> listedNodes() {
    return manager.members().listedNodes();
  }

  /** Returns how many consumers of each address of a service this node has registered. */
  Map<String, Integer> registrationCounts() {
    return manager.registrationCounts();
  }

  /** Returns how much of the map of consumers is kept here; all nodes together keep it once. */
  int mapEntries() {
    return manager.isRunning() ? manager.mapEntries() : 0;
  }

  int unreachedCount() {
    return unreached.size();
  }

  /** Tells whether the cluster manager works still, though maybe not well. */
  boolean isRunning() {
    return manager.isRunning();
  }

  /** Ends what the cluster manager waits for in vain, and what else would wait with it. */
  void endUnansweredHandshakes() {
    manager.endUnansweredHandshakes();
  }

  /** Asks the cluster manager something, and tells whether it answered what it was asked before. */
  boolean answers() {
    return manager.answers();
  }

  /**
   * Tells whether this node has ever reached another one and been reached by it, or was alone. One
   * that never has been among the others must not take the place of one that is.
   *
   * @param mutualPeers who hears it, and is heard
   */
  boolean hasMet(Set<NodeId> mutualPeers) {
    met |= !mutualPeers.isEmpty() || members().size() <= 1;
    return met;
  }

  /** Tells whether the list of members has to be given up for another one, with which it parted. */
  boolean isStranded() {
    return manager.isStranded();
  }

  /**
   * Tells whether there are other members, and not one of them is reached any more. Who never heard
   * any would not by starting anew.
   */
  boolean isCutOff() {
    Set<String> others = new HashSet<>(members());
    others.remove(self());
    return manager.hasHeard() && !others.isEmpty() && unreached.containsAll(others);
  }

  /**
   * A connection that goes half-open delivers what it holds minutes late and out of order. So an
   * idle one is closed, above the ping that keeps a good one from being idle.
   */
  private static EventBusOptions bus(BusPort port, NodeConfig config) {
    EventBusOptions options = new EventBusOptions();
    options.setHost(port.host()).setPort(port.number());
    options.setClusterPingInterval(2_000).setClusterPingReplyInterval(2_000);
    options.setConnectTimeout(2_000);
    options.setIdleTimeout(5).setIdleTimeoutUnit(TimeUnit.SECONDS);
    config.busTls().ifPresent(tls -> tls.apply(options));
    return options;
  }

  private static Config hazelcast(NodeConfig config) {
    Config hazelcast = new Config();
    hazelcast.addMultiMapConfig(registrations());
    hazelcast.setClusterName(config.clusterName());
    network(hazelcast.getNetworkConfig(), config);
    hazelcast
        .setProperty("hazelcast.phone.home.enabled", "false")
        // A node leaves in its own order, not in that of JVM hooks, and no longer than this. It has
        // nothing there that would have to be handed over.
        .setProperty("hazelcast.shutdownhook.enabled", "false")
        .setProperty("hazelcast.graceful.shutdown.max.wait", "10")
        // Only the interface that was named.
        .setProperty("hazelcast.socket.bind.any", "false")
        // One port a member: addresses where nobody is are tried one after the other.
        .setProperty("hazelcast.tcp.join.port.try.count", "1")
        .setProperty("hazelcast.socket.connect.timeout.seconds", "2")
        .setProperty("hazelcast.wait.seconds.before.join", "1");
    patience(hazelcast);
    return hazelcast;
  }

  /**
   * Who dies closes its connections, and is off the list at once. A host that vanishes is off it
   * after 15 s; it is not asked, and its people are gone, long before that, by beats of our own. In
   * less time members that are only short of CPU would be taken for dead, one after the other, and
   * the cluster fall apart; and a partition that is shorter is none.
   *
   * <p>Halves that have parted look for each other every 5 s. What waits for one that is gone fails
   * in 10 s.
   */
  private static void patience(Config hazelcast) {
    hazelcast
        .setProperty("hazelcast.heartbeat.interval.seconds", "1")
        .setProperty("hazelcast.max.no.heartbeat.seconds", "15")
        .setProperty("hazelcast.merge.first.run.delay.seconds", "10")
        .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
        .setProperty("hazelcast.operation.call.timeout.millis", "10000");
  }

  /** Where Vert.x keeps who consumes which address; a set, as it asks for. */
  static MultiMapConfig registrations() {
    return new MultiMapConfig(ConsumerMap.NAME)
        .setBackupCount(1)
        .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET);
  }

  private static void network(NetworkConfig network, NodeConfig config) {
    boolean anyDevelopmentPort = config.clusterPort() == 0;
    network.setPort(anyDevelopmentPort ? NodeConfig.FIRST_CLUSTER_PORT : config.clusterPort());
    network.setPortAutoIncrement(anyDevelopmentPort);
    network.setPortCount(NodeConfig.DEVELOPMENT_PORTS);
    network.getInterfaces().setEnabled(true).addInterface(config.clusterHost());
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    if (config.clusterDns().isEmpty()) {
      join.getTcpIpConfig().setEnabled(true).setMembers(config.clusterMembers());
    } else {
      join.getTcpIpConfig().setEnabled(false);
      join.getKubernetesConfig()
          .setEnabled(true)
          .setProperty("service-dns", config.clusterDns())
          .setProperty("service-port", Integer.toString(config.clusterPort()));
    }
  }
}

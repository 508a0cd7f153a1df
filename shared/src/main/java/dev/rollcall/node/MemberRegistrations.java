package dev.rollcall.node;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.config.MemberAttributeConfig;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import dev.rollcall.operator.ListedNode;
import dev.rollcall.operator.Operator;
import dev.rollcall.presence.PresenceBus;
import dev.rollcall.pubsub.BusAddress;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cluster manager of a node: that of Vert.x, but for Rollcall's own addresses, whose consumers
 * it knows from the list of members.
 *
 * <p>Vert.x keeps who consumes which address in a distributed map, and each node caches what it has
 * read of it. The map is late: a registration that has completed is unknown elsewhere for
 * milliseconds, for seconds under churn. It is wrong when a node dies, until the others have
 * cleaned up after it, and when two halves of a partition merge, until those of the smaller one
 * have registered anew. Until then messages are lost in silence.
 *
 * <p>But every node consumes Rollcall's addresses from its start to its end. Then nothing needs to
 * be registered: {@code rollcall.pubsub} reaches whoever is a member, and {@code
 * rollcall.pubsub.7d0f} the member whose attribute says that it is node 7d0f. The attributes travel
 * with the list of members, and so does where a member's bus listens. A member is reached as soon
 * as the list has it, after a merge too, and a dead one leaves nothing behind.
 *
 * <p>The bus caches these answers as well, so it is told of each change. It is told under a lock in
 * which the list is read, so that no older list follows a newer one.
 */
// What super synchronizes is its own care, which may wait; the bus must not wait for it.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class MemberRegistrations extends HazelcastClusterManager {
  /** Where vertx-hazelcast keeps its own name for a member. */
  private static final String MEMBER = "__vertx.nodeId";

  private static final String NODE = "rollcall.node";
  private static final String SERVICE = "rollcall.service";
  private static final String BUS_HOST = "rollcall.bus.host";
  private static final String BUS_PORT = "rollcall.bus.port";

  /** By when all members of a half that merges are on the list of the other one. */
  private static final long REJOIN_MILLIS = 10_000;

  private static final List<String> OF_ONE_NODE =
      List.of(
          BusAddress.NODE, PresenceBus.NODE, PresenceBus.REPLICA, PresenceBus.QUERY, Operator.NODE);

  /** What Vert.x does at a change itself calls the maps, and waits as long as they do. */
  private final ExecutorService upkeep =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "rollcall-membership");
            thread.setDaemon(true);
            return thread;
          });

  private final String service;
  private final BusPort port;
  private volatile Set<Member> merging = Set.of();
  private final Set<String> leaving = ConcurrentHashMap.newKeySet();
  private final Set<Consumer> registered = ConcurrentHashMap.newKeySet();
  private volatile boolean withdrawn;
  private final Set<String> cached = new HashSet<>();
  private RegistrationListener bus;
  private Vertx vertx;

  /** A consumer of this node's of an address that is not Rollcall's own. */
  private record Consumer(String address, RegistrationInfo info) {}

  /** Adds to the configuration what the other members are to know of this one. */
  MemberRegistrations(Config hazelcast, String service, NodeId node, BusPort port) {
    super(hazelcast);
    this.service = service;
    this.port = port;
    MemberAttributeConfig attributes = hazelcast.getMemberAttributeConfig();
    attributes.setAttribute(NODE, node.value());
    attributes.setAttribute(SERVICE, service);
    attributes.setAttribute(BUS_HOST, port.host());
    attributes.setAttribute(BUS_PORT, Integer.toString(port.number()));
  }

  @Override
  public void init(Vertx owner) {
    vertx = owner;
    super.init(owner);
  }

  @Override
  public void registrationListener(RegistrationListener listener) {
    bus = listener;
    super.registrationListener(listener);
  }

  @Override
  public void join(Completable<Void> promise) {
    super.join(
        (joined, fault) -> {
          port.release();
          promise.complete(null, fault);
        });
  }

  @Override
  public void leave(Completable<Void> promise) {
    super.leave(
        (left, fault) -> {
          upkeep.shutdown();
          promise.complete(null, fault);
        });
  }

  /**
   * Takes a member's word that it leaves. Its bus closes long before it is off the list, so that
   * nothing is sent to it any more; nor by this node, if it is the one.
   */
  void leaves(String member) {
    leaving.add(member);
    tell();
  }

  @Override
  public void addRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    if (isOfAService(address)) {
      add(new Consumer(address, info), promise);
    } else if (address.equals(PresenceBus.REPLICAS) && !service.equals(PresenceBus.SERVICE)) {
      promise.fail("nobody takes a node of " + service + " for a replica");
    } else {
      promise.succeed();
    }
  }

  private void add(Consumer consumer, Completable<Void> promise) {
    registered.add(consumer);
    Promise<Void> added = Promise.promise();
    super.addRegistration(consumer.address(), consumer.info(), added);
    added
        .future()
        .transform(known -> withdrawn ? withdraw(consumer) : Future.succeededFuture())
        .transform(known -> added.future())
        .onComplete(promise);
  }

  @Override
  public void removeRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    if (registered.remove(new Consumer(address, info))) {
      super.removeRegistration(address, info, promise);
    } else {
      promise.succeed();
    }
  }

  /**
   * Has the other members send nothing more to the addresses of services on this node, which go on
   * answering what is on its way to them.
   *
   * @return whether anybody could have asked, once the cluster knows; fails where it can't be told
   */
  Future<Boolean> withdraw() {
    withdrawn = true;
    // Whom only this node asks goes on as before.
    List<Future<Void>> removals =
        registered.stream()
            .filter(consumer -> !consumer.info().localOnly())
            .map(this::withdraw)
            .toList();
    boolean asked = !removals.isEmpty() && getNodes().size() > 1;
    return Future.join(removals).map(asked);
  }

  /** One that can't be removed now is once more when its consumer is. */
  private Future<Void> withdraw(Consumer consumer) {
    Promise<Void> removed = Promise.promise();
    super.removeRegistration(consumer.address(), consumer.info(), removed);
    return removed.future().onSuccess(gone -> registered.remove(consumer));
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    Optional<Predicate<Member>> consumers = consumers(address);
    if (consumers.isEmpty()) {
      super.getRegistrations(address, promise);
    } else {
      promise.succeed(registrations(address, consumers.get()));
      // What the bus was told while it waited for this answer counts as newer than the answer.
      tell(address);
    }
  }

  @Override
  public void getNodeInfo(String member, Completable<NodeInfo> promise) {
    Optional<Member> known =
        listed().filter(one -> member.equals(one.getAttribute(MEMBER))).findAny();
    if (known.isEmpty()) {
      promise.fail(new VertxException(member + " is no member of the cluster", true));
    } else if (isNode(known.get())) {
      promise.succeed(bus(known.get()));
    } else {
      super.getNodeInfo(member, promise);
    }
  }

  /** Returns Vert.x's names of the members that are nodes of Rollcall's. */
  Set<String> names() {
    return members().stream()
        .map(member -> member.getAttribute(MEMBER))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Returns what is known of each node on the members, but for those that have said goodbye,
   * whether or not it can be reached.
   */
  List<ListedNode> listedNodes() {
    return members().stream()
        .filter(member -> !leaving.contains(member.getAttribute(MEMBER)))
        .map(
            member ->
                new ListedNode(
                    new NodeId(member.getAttribute(NODE)),
                    member.getAttribute(SERVICE),
                    member.getAttribute(BUS_HOST)))
        .distinct()
        .toList();
  }

  /** Returns how many consumers of each address of a service this node has registered. */
  Map<String, Integer> registrationCounts() {
    Map<String, Integer> counts = new HashMap<>();
    registered.forEach(consumer -> counts.merge(consumer.address(), 1, Integer::sum));
    return counts;
  }

  /** Returns the nodes on the members, but for those that have said goodbye. */
  Set<NodeId> nodes() {
    return members().stream()
        .filter(member -> !leaving.contains(member.getAttribute(MEMBER)))
        .map(member -> new NodeId(member.getAttribute(NODE)))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void memberAdded(MembershipEvent event) {
    changed(() -> super.memberAdded(event));
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    leaving.remove(event.getMember().getAttribute(MEMBER));
    changed(() -> super.memberRemoved(event));
  }

  /**
   * The smaller half of a healed partition leaves its list of members for that of the other half,
   * and each of its members for a moment is alone. They reach one another all the while.
   */
  @Override
  public void stateChanged(LifecycleEvent event) {
    LifecycleState state = event.getState();
    if (state == LifecycleState.MERGING) {
      merging = getHazelcastInstance().getCluster().getMembers();
    } else if (state == LifecycleState.MERGED || state == LifecycleState.MERGE_FAILED) {
      vertx.setTimer(REJOIN_MILLIS, timer -> merged());
    }
    changed(() -> super.stateChanged(event));
  }

  private void merged() {
    merging = Set.of();
    tell();
  }

  private void changed(Runnable care) {
    if (isActive()) {
      tell();
      upkeep.execute(care);
    }
  }

  /** Tells the bus anew who consumes the addresses of which it keeps that. */
  void tell() {
    synchronized (cached) {
      List.copyOf(cached).forEach(this::tell);
    }
  }

  private void tell(String address) {
    synchronized (cached) {
      if (bus.wantsUpdatesFor(address)) {
        cached.add(address);
        List<RegistrationInfo> now = registrations(address, consumers(address).orElseThrow());
        bus.registrationsUpdated(new RegistrationUpdateEvent(address, now));
      } else {
        cached.remove(address);
      }
    }
  }

  private List<RegistrationInfo> registrations(String address, Predicate<Member> consumers) {
    if (leaving.contains(getNodeId())) {
      return List.of();
    }
    // PubSub serves its own node by a direct call.
    boolean othersOnly = address.equals(BusAddress.NODES);
    return members().stream()
        .filter(consumers)
        .filter(member -> !(othersOnly && member.localMember()))
        .map(member -> member.getAttribute(MEMBER))
        .distinct()
        .filter(member -> !leaving.contains(member))
        .map(member -> new RegistrationInfo(member, 0, false))
        .toList();
  }

  static boolean isOfAService(String address) {
    return consumers(address).isEmpty();
  }

  /** Returns who consumes one of Rollcall's own addresses; nothing for any other address. */
  private static Optional<Predicate<Member>> consumers(String address) {
    return switch (address) {
      case Cluster.LEAVES, BusAddress.NODES, PresenceBus.NODES -> Optional.of(member -> true);
      case PresenceBus.REPLICAS ->
          Optional.of(member -> PresenceBus.SERVICE.equals(member.getAttribute(SERVICE)));
      default ->
          OF_ONE_NODE.stream()
              .filter(address::startsWith)
              .map(prefix -> address.substring(prefix.length()))
              .findFirst()
              .map(node -> member -> node.equals(member.getAttribute(NODE)));
    };
  }

  /** Returns the members that are nodes of Rollcall's; none when this one has left. */
  private List<Member> members() {
    return listed().filter(MemberRegistrations::isNode).toList();
  }

  private Stream<Member> listed() {
    if (!isActive()) {
      return Stream.of();
    }
    Set<Member> listed = getHazelcastInstance().getCluster().getMembers();
    return Stream.concat(listed.stream(), merging.stream());
  }

  /** Any Vert.x may be a member too, of whom Vert.x itself knows where its bus is. */
  private static boolean isNode(Member member) {
    return member.getAttribute(NODE) != null;
  }

  private static NodeInfo bus(Member member) {
    int port = Integer.parseInt(member.getAttribute(BUS_PORT));
    return new NodeInfo(member.getAttribute(BUS_HOST), port, null);
  }
}

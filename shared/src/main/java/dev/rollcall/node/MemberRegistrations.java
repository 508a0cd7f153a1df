package dev.rollcall.node;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster manager of a node: that of Vert.x, but it knows who consumes an address from the list
 * of members and from the members themselves.
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
 * as the list has it, after a merge too, and a dead one leaves nothing behind; see {@link Members}.
 *
 * <p>Which addresses of services a node consumes, it says itself, see {@link Registry}. The map is
 * kept as well, and read where a member says nothing: one that is no node of Rollcall's.
 *
 * <p>The bus caches these answers, so it is told of each change. It is told under a lock in which
 * the list is read, so that no older list follows a newer one.
 */
// What super synchronizes is its own care, which may wait; the bus must not wait for it.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class MemberRegistrations extends HazelcastClusterManager {
  private static final Logger log = LoggerFactory.getLogger(Node.class);

  /** How long the map is waited for; what it said before holds then. */
  private static final long MAP_MILLIS = 2_000;

  /** By when others have read a change of the map, though they hear of it late. */
  private static final long MAP_READ_MILLIS = 1_000;

  /** By when all members of a half that merges are on the list of the other one. */
  private static final long REJOIN_MILLIS = 10_000;

  /** Of those on another list: one that takes a connection is enough. */
  private static final int MAX_CALLED = 2;

  /** Vert.x counts its timers from 0. */
  private static final long NO_TIMER = -1;

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
  private final Members members;

  private final Map<String, Set<RegistrationInfo>> own = new ConcurrentHashMap<>();
  private volatile boolean withdrawn;
  private final Set<String> cached = new HashSet<>();

  /** What the map said of members that say nothing themselves, by address. */
  private final Map<String, List<RegistrationInfo>> mapped = new ConcurrentHashMap<>();

  /** The timer of a merge that has ended. */
  private volatile long rejoined = NO_TIMER;

  private final AtomicBoolean reading = new AtomicBoolean();
  private int readings;

  private volatile Registry registry;
  private volatile RegistryBus registryBus;
  private RegistrationListener bus;
  private Vertx vertx;

  /** Adds to the configuration what the other members are to know of this one. */
  MemberRegistrations(Config hazelcast, String service, NodeId node, BusPort port) {
    super(hazelcast);
    this.service = service;
    this.port = port;
    this.members = new Members(this::list);
    Members.describe(hazelcast.getMemberAttributeConfig(), service, node, port);
  }

  @Override
  public void init(Vertx owner) {
    vertx = owner;
    super.init(owner);
  }

  @Override
  public void registrationListener(RegistrationListener listener) {
    bus = listener;
    super.registrationListener(
        new RegistrationListener() {
          @Override
          public boolean wantsUpdatesFor(String address) {
            return listener.wantsUpdatesFor(address);
          }

          @Override
          public void registrationsUpdated(RegistrationUpdateEvent event) {
            mapped(event.address(), event.registrations());
            tell(event.address());
          }

          @Override
          public void registrationsLost() {
            // Lists of members have no such moment.
          }
        });
  }

  @Override
  public void join(Completable<Void> promise) {
    super.join(
        (joined, fault) -> {
          registry = new Registry(getNodeId());
          port.release();
          promise.complete(null, fault);
        });
  }

  /** Says from now on what this node consumes; completes when it knows that of the others. */
  Future<Void> keepRegistry() {
    registryBus =
        new RegistryBus(
            vertx, registry, getNodeId(), members::namesWithRegistry, this::registryChanged);
    return registryBus.open();
  }

  /** Returns how much of the map this member keeps. */
  int mapEntries() {
    return ConsumerMap.ownedEntries(getHazelcastInstance());
  }

  private void registryChanged() {
    members.retain(registry::keeps);
    tell();
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
    members.leaves(member);
    tell();
  }

  @Override
  public void addRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    if (isOfAService(address)) {
      add(address, info).onComplete(promise);
    } else if (address.equals(PresenceBus.REPLICAS) && !service.equals(PresenceBus.SERVICE)) {
      promise.fail("nobody takes a node of " + service + " for a replica");
    } else {
      promise.succeed();
    }
  }

  private Future<Void> add(String address, RegistrationInfo info) {
    own.computeIfAbsent(address, name -> ConcurrentHashMap.newKeySet()).add(info);
    tell(address);
    if (info.localOnly() || withdrawn) {
      return Future.succeededFuture();
    }
    Promise<Void> put = Promise.promise();
    super.addRegistration(address, info, put);
    return Future.join(say(registry.add(address)), inTime(put.future())).mapEmpty();
  }

  @Override
  public void removeRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    Set<RegistrationInfo> consumers = own.get(address);
    if (consumers == null || !consumers.remove(info)) {
      promise.succeed();
      return;
    }
    tell(address);
    if (info.localOnly()) {
      promise.succeed();
      return;
    }
    Promise<Void> removed = Promise.promise();
    super.removeRegistration(address, info, removed);
    Future<Void> told = withdrawn ? Future.succeededFuture() : say(registry.remove(address));
    Future.join(told, inTime(removed.future())).<Void>mapEmpty().onComplete(promise);
  }

  private Future<Void> say(long version) {
    return registryBus == null ? Future.succeededFuture() : registryBus.say(version);
  }

  /**
   * Has the other members send nothing more to the addresses of services on this node, which go on
   * answering what is on its way to them.
   *
   * @return whether anybody could have asked, once the members know, or have had their time to
   */
  Future<Boolean> withdraw() {
    boolean asked = !registry.isEmpty() && getNodes().size() > 1;
    withdrawn = true;
    List<Future<Void>> removals =
        own.entrySet().stream()
            .flatMap(all -> all.getValue().stream().map(info -> unmap(all.getKey(), info)))
            .toList();
    Future<Void> told = say(registry.removeAll());
    tell();
    Future<Void> unmapped = inTime(Future.join(removals).mapEmpty());
    return Future.join(told, unmapped, lateReaders()).map(asked);
  }

  /** One that can't be removed now is once more when its consumer is. */
  private Future<Void> unmap(String address, RegistrationInfo info) {
    Promise<Void> removed = Promise.promise();
    if (info.localOnly()) {
      removed.complete();
    } else {
      super.removeRegistration(address, info, removed);
    }
    return removed.future();
  }

  /** Completes when those that read the map have read it. */
  private Future<Void> lateReaders() {
    return members.needMap()
        ? vertx.timer(MAP_READ_MILLIS, TimeUnit.MILLISECONDS).mapEmpty()
        : Future.succeededFuture();
  }

  /** What the map does too late, or not at all, concerns but members that say nothing. */
  private Future<Void> inTime(Future<Void> mapChanged) {
    Promise<Void> inTime = Promise.promise();
    long timer = vertx.setTimer(MAP_MILLIS, late -> inTime.tryComplete());
    mapChanged.onComplete(
        done -> {
          vertx.cancelTimer(timer);
          inTime.tryComplete();
        });
    return inTime.future();
  }

  @Override
  public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
    if (isOfAService(address) && members.needMap()) {
      inTime(readMap(address)).onComplete(read -> answer(address, promise));
    } else {
      answer(address, promise);
    }
  }

  private void answer(String address, Completable<List<RegistrationInfo>> promise) {
    promise.succeed(registrations(address));
    // What the bus was told while it waited for this answer counts as newer than the answer.
    tell(address);
  }

  private Future<Void> readMap(String address) {
    Promise<List<RegistrationInfo>> read = Promise.promise();
    super.getRegistrations(address, read);
    return read.future().onSuccess(consumers -> mapped(address, consumers)).mapEmpty();
  }

  private void mapped(String address, List<RegistrationInfo> consumers) {
    Set<String> others =
        members
            .listed()
            .filter(member -> !Members.keepsRegistry(member))
            .map(Members::name)
            .collect(Collectors.toSet());
    List<RegistrationInfo> theirs =
        consumers.stream().filter(consumer -> others.contains(consumer.nodeId())).toList();
    if (theirs.isEmpty()) {
      mapped.remove(address);
    } else {
      mapped.put(address, theirs);
    }
  }

  @Override
  public void getNodeInfo(String member, Completable<NodeInfo> promise) {
    Optional<Member> known = members.find(member);
    if (known.isEmpty()) {
      promise.fail(new VertxException(member + " is no member of the cluster", true));
    } else if (Members.isNode(known.get())) {
      promise.succeed(Members.bus(known.get()));
    } else {
      super.getNodeInfo(member, promise);
    }
  }

  Members members() {
    return members;
  }

  private Set<Member> list() {
    return isRunning() ? getHazelcastInstance().getCluster().getMembers() : Set.of();
  }

  boolean isRunning() {
    return isActive() && getHazelcastInstance().getLifecycleService().isRunning();
  }

  void endUnansweredHandshakes() {
    if (isRunning()) {
      Handshakes.endUnanswered(getHazelcastInstance());
    }
  }

  /**
   * Reads the map, each time elsewhere in it, and tells whether the reading before has ended: even
   * one that fails, as when its owner is out of reach, has.
   */
  boolean answers() {
    if (reading.compareAndSet(false, true)) {
      Promise<List<RegistrationInfo>> read = Promise.promise();
      read.future().onComplete(ended -> reading.set(false));
      super.getRegistrations("rollcall.watchdog." + readings++, read);
      return true;
    }
    return false;
  }

  /** Tells whether any other member was ever heard. */
  boolean hasHeard() {
    return registry != null && registry.hasHeard();
  }

  /**
   * Tells whether this member's list and another one have not become one, though nothing is in the
   * way, and this one must give way. May wait for a moment.
   */
  boolean isStranded() {
    return registry != null
        && members.strandedFrom(registry::isHeard).stream()
            .limit(MAX_CALLED)
            .anyMatch(member -> Wire.isOpen(member.getSocketAddress()));
  }

  /** Returns how many consumers of each address of a service this node has registered. */
  Map<String, Integer> registrationCounts() {
    Map<String, Integer> counts = new HashMap<>();
    own.forEach((address, consumers) -> counts.put(address, consumers.size()));
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  @Override
  public void memberAdded(MembershipEvent event) {
    log.info("{} has joined", Members.title(event.getMember()));
    members.added(event.getMember());
    changed(() -> super.memberAdded(event));
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    boolean saidGoodbye = members.isLeaving(Members.name(event.getMember()));
    log.info(
        "{} {}",
        Members.title(event.getMember()),
        saidGoodbye ? "has left" : "is off the list of members without a goodbye");
    departs(event.getMember());
    changed(() -> super.memberRemoved(event));
  }

  private void departs(Member member) {
    if (registry != null && members.removed(member)) {
      registry.doubt(Members.name(member));
      members.keep(member);
    }
  }

  /**
   * The smaller half of a healed partition leaves its list of members for that of the other half,
   * and each of its members for a moment is alone. They reach one another all the while.
   */
  @Override
  public void stateChanged(LifecycleEvent event) {
    LifecycleState state = event.getState();
    if (state == LifecycleState.MERGING) {
      vertx.cancelTimer(rejoined);
      members.merges();
    } else if (state == LifecycleState.MERGED || state == LifecycleState.MERGE_FAILED) {
      rejoined = vertx.setTimer(REJOIN_MILLIS, timer -> merged());
    }
    changed(() -> super.stateChanged(event));
  }

  private void merged() {
    members.merged();
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
        bus.registrationsUpdated(new RegistrationUpdateEvent(address, registrations(address)));
      } else {
        cached.remove(address);
      }
    }
  }

  private List<RegistrationInfo> registrations(String address) {
    return consumers(address)
        .map(consumers -> registrations(address, consumers))
        .orElseGet(() -> ofServices(address));
  }

  /** As often as a member consumes it, so that each consumer has the same share. */
  private List<RegistrationInfo> ofServices(String address) {
    List<RegistrationInfo> elsewhere =
        Stream.concat(
                reached(member -> !member.localMember())
                    .flatMap(member -> ofService(member, address)),
                mapped.getOrDefault(address, List.of()).stream()
                    .filter(consumer -> !members.isLeaving(consumer.nodeId())))
            .toList();
    Set<RegistrationInfo> here = own.getOrDefault(address, Set.of());
    boolean handsOver = withdrawn && !elsewhere.isEmpty();
    return Stream.concat(
            elsewhere.stream(), here.stream().filter(info -> info.localOnly() || !handsOver))
        .toList();
  }

  private Stream<RegistrationInfo> ofService(String member, String address) {
    return IntStream.range(0, registry.consumers(member, address))
        .mapToObj(i -> new RegistrationInfo(member, i, false));
  }

  private List<RegistrationInfo> registrations(String address, Predicate<Member> consumers) {
    if (members.isLeaving(getNodeId())) {
      return List.of();
    }
    // PubSub and the registry serve their own node by a direct call.
    boolean ofRegistry = address.startsWith(RegistryBus.MEMBERS);
    boolean othersOnly = ofRegistry || address.equals(BusAddress.NODES);
    Predicate<Member> which =
        member -> consumers.test(member) && !(othersOnly && member.localMember());
    Stream<String> names =
        ofRegistry
            ? members.staying(Stream.concat(members.nodes(), members.departed()).filter(which))
            : reached(which);
    return names.map(member -> new RegistrationInfo(member, 0, false)).toList();
  }

  /** Returns the names of members that are listed, or have departed and are heard still. */
  private Stream<String> reached(Predicate<Member> which) {
    Stream<Member> heard =
        members.departed().filter(member -> registry.isHeard(Members.name(member)));
    return members.staying(Stream.concat(members.nodes(), heard).filter(which));
  }

  static boolean isOfAService(String address) {
    return consumers(address).isEmpty();
  }

  /** Returns who consumes one of Rollcall's own addresses; nothing for any other address. */
  private static Optional<Predicate<Member>> consumers(String address) {
    return switch (address) {
      case Cluster.LEAVES, BusAddress.NODES, PresenceBus.NODES -> Optional.of(member -> true);
      case RegistryBus.MEMBERS -> Optional.of(Members::keepsRegistry);
      case PresenceBus.REPLICAS -> Optional.of(Members.ofService(PresenceBus.SERVICE));
      default ->
          address.startsWith(RegistryBus.MEMBER)
              ? Optional.of(Members.called(address.substring(RegistryBus.MEMBER.length())))
              : OF_ONE_NODE.stream()
                  .filter(address::startsWith)
                  .findFirst()
                  .map(prefix -> Members.ofNode(address.substring(prefix.length())));
    };
  }
}

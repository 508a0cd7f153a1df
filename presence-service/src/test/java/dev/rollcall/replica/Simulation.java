package dev.rollcall.replica;

import dev.rollcall.presence.PresenceCodec;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.Ref;
import dev.rollcall.presence.SimulatedNode;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A whole cluster in one thread and in virtual time: the production trackers, replicas and views
 * behind a network that misbehaves, with people who come and go. Everything follows from the seed.
 *
 * <p>After every step that anybody could see the checkers look: what a browser folds is what its
 * node lists (DiffsFoldToList); nobody's last meta leaves who was there all along on a node that
 * nothing happened to (NoFalseLeaves); once it has been calm for long enough every view has
 * everybody (Convergence) and nobody else (NoGhosts); and what is kept is bounded by who is there
 * (BoundedMemory).
 */
final class Simulation {
  /** What makes a checker fail; the message names it. */
  static final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    Violation(String checker, String what) {
      super(checker + ": " + what);
    }
  }

  private static final int TOPICS = 4;
  private static final int LOG_LIMIT = 24;

  /** After the last disturbance everything must be right within so long. */
  private static final long SETTLE_MILLIS = 15_000;

  /** In calm weather nothing takes longer to be seen everywhere. */
  private static final long LAG_MILLIS = 4_000;

  /** How fast the cluster manager notices a crash, and how slowly a partition. */
  private static final long CRASH_NOTICED_MILLIS = 700;

  private static final long PARTITION_NOTICED_MILLIS = 5_000;

  private static final ReplicaConfig CONFIG = new ReplicaConfig(4_000, new Window.Bounds(10, 500));

  private record Event(long atMillis, long number, Runnable run) {}

  /** One process: a node, and a replica if it is of presence-service. */
  private final class Instance implements SimulatedNode.Surroundings, Outbox {
    final String name;
    final NodeId id;
    final SimulatedNode node;
    final Replica replica;
    final List<Runnable> deferred = new ArrayList<>();
    boolean alive = true;
    boolean graceful;
    boolean flushing;
    long endedMillis;
    long frozenUntilMillis;
    boolean suffering;
    long disturbedMillis = Long.MIN_VALUE / 2;

    Instance(String name, boolean isReplica) {
      this.name = name;
      this.id = new NodeId(name);
      this.node = new SimulatedNode(id, name, LOG_LIMIT, this);
      this.replica = isReplica ? new Replica(id, name, CONFIG, this) : null;
    }

    void start() {
      every(1_000, () -> node.beat());
      every(
          250,
          () -> {
            node.tick(members(this), now);
            node.flush();
            if (replica != null) {
              replica.members(members(this));
              replica.tick(now);
              flushReplica();
            }
          });
    }

    private void every(long millis, Runnable run) {
      at(now + random.nextInt((int) millis), () -> repeat(millis, run));
    }

    private void repeat(long millis, Runnable run) {
      if (alive) {
        run(run);
        at(Math.max(now, frozenUntilMillis) + millis, () -> repeat(millis, run));
      }
    }

    /** Does it now, or when the process stands no longer still. */
    void run(Runnable run) {
      if (!alive) {
        return;
      }
      if (now < frozenUntilMillis) {
        deferred.add(run);
      } else {
        run.run();
      }
    }

    void thaw() {
      List<Runnable> late = List.copyOf(deferred);
      deferred.clear();
      late.forEach(this::run);
    }

    void flushReplica() {
      replica.flush(now);
      if (replica.isPending() && !flushing) {
        flushing = true;
        at(
            now + 5,
            () -> {
              flushing = false;
              run(this::flushReplica);
            });
      }
    }

    @Override
    public void toReplica(NodeId to, PresenceMessage message) {
      send(this, replicas().stream().filter(p -> p.id.equals(to)).toList(), message, true);
    }

    @Override
    public void toAllReplicas(PresenceMessage message) {
      send(this, replicas(), message, true);
    }

    @Override
    public void toNode(NodeId to, PresenceMessage message) {
      toNodes(List.of(to), message);
    }

    @Override
    public void toNodes(Collection<NodeId> nodes, PresenceMessage message) {
      send(this, living().stream().filter(p -> nodes.contains(p.id)).toList(), message, false);
    }

    @Override
    public void toAllNodes(PresenceMessage message) {
      send(this, living(), message, false);
    }

    @Override
    public void lastLeft(String topic, String key) {
      checkLeave(this, topic, key);
    }

    @Override
    public void folded(String topic, Set<Ref> browser, Set<Ref> listed) {
      if (!browser.equals(listed)) {
        throw new Violation(
            "DiffsFoldToList", name + " lists " + listed + " on " + topic + ", folded " + browser);
      }
    }
  }

  /** One person's tab: where it is, and what it tracks. */
  private static final class Tab {
    final long id;
    final String topic;
    final String key;
    Instance process;
    Ref ref;

    Tab(long id, String topic, String key) {
      this.id = id;
      this.topic = topic;
      this.key = key;
    }
  }

  private final long seed;
  private final Random random;
  private final Network network;
  private final Oracle oracle = new Oracle();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atMillis).thenComparing(Event::number));
  private final Map<String, Instance> processes = new TreeMap<>();
  private final List<Tab> tabs = new ArrayList<>();
  private final int people;
  private final int replicaCount;
  private long now = 1_000_000;
  private long eventNumber;
  private long processNumber;
  private long tabNumber;
  private long disturbedMillis;
  private long replicaFaultMillis = Long.MIN_VALUE / 2;
  private String weather = "calm";
  private boolean suffering;

  private Simulation(long seed) {
    this.seed = seed;
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    this.network = new Network(random);
    this.people = random.nextInt(20) == 0 ? 200 : 8 + random.nextInt(20);
    this.replicaCount = 3 + random.nextInt(3);
  }

  /**
   * Runs a seed.
   *
   * @throws Violation with the one line that replays it
   */
  static void run(long seed) {
    Simulation simulation = new Simulation(seed);
    try {
      simulation.run();
    } catch (Violation violation) {
      throw describe(simulation, violation);
    } catch (RuntimeException fault) {
      Violation violation = new Violation("NoFault", fault.toString());
      violation.initCause(fault);
      throw describe(simulation, violation);
    }
  }

  private static Violation describe(Simulation simulation, Violation violation) {
    Violation described =
        new Violation(
            violation.getMessage(),
            String.format(
                "at %d ms, weather %s; replay: mvn test -pl shared,presence-service"
                    + " -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Drollcall.seed=%d",
                simulation.now - 1_000_000, simulation.weather, simulation.seed));
    described.initCause(violation);
    return described;
  }

  private void run() {
    for (int i = 0; i < replicaCount; i++) {
      boot(true);
    }
    for (int i = 2 + random.nextInt(3); i > 0; i--) {
      boot(false);
    }
    disturb();
    at(now, this::act);
    pass(6_000);
    calm();
    for (int fault = 3 + random.nextInt(3); fault > 0; fault--) {
      strike();
      calm();
      pass(random.nextInt(3) == 0 ? SETTLE_MILLIS + 5_000 : random.nextInt(4_000));
    }
    pass(SETTLE_MILLIS + 6_000);
    checkMemory();
  }

  // Time.

  private void at(long atMillis, Runnable run) {
    events.add(new Event(atMillis, eventNumber++, run));
  }

  private void pass(long millis) {
    long untilMillis = now + millis;
    long nextCheckMillis = now;
    while (!events.isEmpty() && events.peek().atMillis() <= untilMillis) {
      Event event = events.poll();
      now = Math.max(now, event.atMillis());
      event.run().run();
      if (now >= nextCheckMillis) {
        nextCheckMillis = now + 50;
        checkViews();
      }
    }
    now = untilMillis;
    oracle.prune(now);
  }

  // The cluster.

  private void boot(boolean isReplica) {
    Instance process = new Instance((isReplica ? "r" : "n") + processNumber++, isReplica);
    processes.put(process.name, process);
    process.start();
    if (!isReplica) {
      for (int topic = 0; topic < TOPICS; topic++) {
        if (random.nextInt(4) > 0) {
          process.node.follow("room:" + topic, now);
        }
      }
    }
  }

  private void crash(Instance process) {
    end(process);
    oracle.died(process.id, now);
  }

  private void stopGracefully(Instance process) {
    process.graceful = true;
    for (Tab tab : tabsOf(process)) {
      process.node.cut(tab.id, now + 4_000);
      oracle.ends(tab.ref, now + 4_000);
      returnSoon(tab);
    }
    if (process.replica != null) {
      process.replica.close(now);
    }
    process.node.goodbye(now);
    end(process);
  }

  private void end(Instance process) {
    process.alive = false;
    process.endedMillis = now;
    tabsOf(process).forEach(tab -> tab.process = null);
    tabs.removeIf(tab -> tab.process == null && tab.ref == null);
  }

  private List<Instance> living() {
    return processes.values().stream().filter(process -> process.alive).toList();
  }

  private List<Instance> replicas() {
    return living().stream().filter(process -> process.replica != null).toList();
  }

  private List<Instance> nodes() {
    return living().stream().filter(process -> process.replica == null).toList();
  }

  private Set<String> members(Instance observer) {
    Set<String> members = new HashSet<>();
    for (Instance process : processes.values()) {
      boolean known =
          process.alive || (!process.graceful && now - process.endedMillis < CRASH_NOTICED_MILLIS);
      if (known
          && !network.isSeparated(observer.name, process.name, now, PARTITION_NOTICED_MILLIS)) {
        members.add(process.name);
      }
    }
    return members;
  }

  private void send(Instance from, List<Instance> to, PresenceMessage message, boolean toReplica) {
    Buffer bytes = PresenceCodec.encode(message);
    for (Instance process : to) {
      for (long delay : network.route(from.name, process.name, bytes.length())) {
        at(now + delay, () -> process.run(() -> receive(process, bytes, toReplica)));
      }
    }
  }

  private void receive(Instance process, Buffer bytes, boolean toReplica) {
    PresenceMessage message = Network.copy(bytes);
    String text = message.toString();
    if (Boolean.getBoolean("rollcall.trace") && !(message instanceof PresenceMessage.Beat)) {
      System.out.println(
          (now - 1_000_000) + " > " + process.name + " " + text.replace("dev.rollcall.", ""));
    }
    if (toReplica) {
      process.replica.receive(message, now);
      process.flushReplica();
    } else {
      process.node.receive(message, now);
      at(now + 5, () -> process.run(process.node::flush));
    }
  }

  // People.

  private void act() {
    List<Instance> nodes = nodes().stream().filter(node -> now >= node.frozenUntilMillis).toList();
    if (!nodes.isEmpty()) {
      act(nodes);
    }
    at(now + 20 + random.nextInt(people > 100 ? 60 : 300), this::act);
  }

  private void act(List<Instance> nodes) {
    List<Tab> open =
        tabs.stream()
            .filter(tab -> tab.process != null && now >= tab.process.frozenUntilMillis)
            .toList();
    if (open.size() < people && (open.isEmpty() || random.nextInt(3) > 0)) {
      open(nodes.get(random.nextInt(nodes.size())));
      return;
    }
    Tab tab = open.get(random.nextInt(open.size()));
    switch (random.nextInt(5)) {
      case 0, 1 -> close(tab);
      case 2 -> update(tab);
      case 3 -> {
        long untilMillis = now + 4_000;
        tab.process.node.cut(tab.id, untilMillis);
        oracle.ends(tab.ref, untilMillis);
        tab.process = null;
        returnSoon(tab);
      }
      default -> {
        Instance process = tab.process;
        Ref again = process.node.track(tab.id, tab.topic, tab.key, "{\"again\":1}", null);
        if (!again.equals(tab.ref)) {
          throw new Violation("IdempotentTrack", tab.ref + " became " + again);
        }
      }
    }
  }

  private void open(Instance process) {
    Tab tab =
        new Tab(tabNumber++, "room:" + random.nextInt(TOPICS), "user" + random.nextInt(people));
    tabs.add(tab);
    tab.process = process;
    tab.ref = process.node.track(tab.id, tab.topic, tab.key, "{\"n\":1}", null);
    oracle.came(tab.ref, tab.topic, tab.key, now);
    flushSoon(process);
  }

  private void close(Tab tab) {
    if (random.nextBoolean()) {
      tab.process.node.close(tab.id);
    } else {
      tab.process.node.untrack(tab.id, tab.topic, tab.key);
    }
    oracle.ends(tab.ref, now);
    flushSoon(tab.process);
    tabs.remove(tab);
  }

  private void update(Tab tab) {
    Ref old = tab.ref;
    tab.ref = tab.process.node.update(tab.id, tab.topic, tab.key, "{\"n\":2}").orElseThrow();
    oracle.replaced(old, tab.ref, tab.topic, tab.key, now);
    flushSoon(tab.process);
  }

  /** The browser reconnects within the linger, here or elsewhere, or never. */
  private void returnSoon(Tab tab) {
    tabs.remove(tab);
    Ref old = tab.ref;
    if (random.nextInt(4) > 0) {
      at(now + 300 + random.nextInt(1_700), () -> comeBack(tab, old));
    }
  }

  private void comeBack(Tab tab, Ref old) {
    List<Instance> nodes = nodes().stream().filter(node -> now >= node.frozenUntilMillis).toList();
    if (nodes.isEmpty()) {
      return;
    }
    Tab back = new Tab(tabNumber++, tab.topic, tab.key);
    tabs.add(back);
    back.process = nodes.get(random.nextInt(nodes.size()));
    back.ref = back.process.node.track(back.id, back.topic, back.key, "{\"n\":3}", old);
    oracle.replaced(old, back.ref, back.topic, back.key, now);
    flushSoon(back.process);
  }

  private void flushSoon(Instance process) {
    at(now + random.nextInt(6), () -> process.run(process.node::flush));
  }

  private List<Tab> tabsOf(Instance process) {
    return tabs.stream().filter(tab -> tab.process == process).toList();
  }

  // Faults.

  private void strike() {
    switch (random.nextInt(12)) {
      case 0 -> crashOneNode();
      case 1 -> stopOneNode();
      case 2, 3 -> restartReplicas(1, random.nextBoolean());
      case 4 -> restartReplicas(replicaCount, false);
      case 5 -> rollReplicas();
      case 6 -> freezeReplica();
      case 7 -> freezeNode();
      case 8 -> partition(false);
      case 9 -> partition(true);
      case 10 -> badNetwork();
      default -> cutOneLink();
    }
  }

  private void calm() {
    weather = weather.startsWith("calm") ? weather : "calm after " + weather;
    if (suffering) {
      suffering = false;
      disturbedMillis = now;
    }
    for (Instance process : living()) {
      if (process.suffering) {
        process.suffering = false;
        process.disturbedMillis = now;
      }
    }
    network.healAll(now, PARTITION_NOTICED_MILLIS);
    network.disturb(0.01, 0.01, 20);
    while (replicas().size() < replicaCount) {
      boot(true);
    }
    while (nodes().size() < 2) {
      boot(false);
    }
  }

  private void disturb() {
    suffering = true;
    living().forEach(process -> process.suffering = true);
  }

  private void crashOneNode() {
    weather = "node crash";
    crash(any(nodes()));
    disturbedMillis = now;
    boot(false);
    pass(random.nextInt(8_000));
  }

  private void stopOneNode() {
    weather = "node stops";
    stopGracefully(any(nodes()));
    disturbedMillis = now;
    boot(false);
    pass(random.nextInt(8_000));
  }

  private void restartReplicas(int count, boolean graceful) {
    weather = count == 1 ? "replica restart" : "all replicas restart";
    List<Instance> some = new ArrayList<>(replicas());
    Collections.shuffle(some, random);
    for (Instance replica : some.subList(0, Math.min(count, some.size()))) {
      if (graceful) {
        stopGracefully(replica);
      } else {
        crash(replica);
      }
    }
    replicaFault();
    suffering = true;
    pass(random.nextInt(12_000));
    calm();
    pass(random.nextInt(8_000));
    replicaFault();
  }

  private void rollReplicas() {
    weather = "replicas roll";
    for (Instance replica : replicas()) {
      stopGracefully(replica);
      replicaFault();
      boot(true);
      pass(1_000 + random.nextInt(7_000));
    }
    replicaFault();
  }

  private void freezeReplica() {
    weather = "replica stands still";
    replicaFault();
    freeze(any(replicas()));
    replicaFault();
  }

  private void freezeNode() {
    weather = "node stands still";
    Instance node = any(nodes());
    node.suffering = true;
    suffering = true;
    freeze(node);
  }

  private void freeze(Instance process) {
    process.frozenUntilMillis = now + 500 + random.nextInt(12_000);
    at(process.frozenUntilMillis, process::thaw);
    pass(process.frozenUntilMillis - now + 100);
  }

  private void partition(boolean oneWay) {
    weather = oneWay ? "one-way partition" : "partition";
    List<Instance> all = new ArrayList<>(living());
    Collections.shuffle(all, random);
    int left = 1 + random.nextInt(all.size() - 1);
    for (Instance a : all.subList(0, left)) {
      for (Instance b : all.subList(left, all.size())) {
        network.cut(a.name, b.name, now);
        if (!oneWay) {
          network.cut(b.name, a.name, now);
        }
      }
    }
    disturb();
    pass(1_000 + random.nextInt(20_000));
  }

  private void badNetwork() {
    weather = "bad network";
    network.disturb(random.nextDouble() * 0.4, random.nextDouble() * 0.3, random.nextInt(1_500));
    disturb();
    pass(2_000 + random.nextInt(10_000));
  }

  /** Between one node and one replica: others have both, so nobody may notice. */
  private void cutOneLink() {
    weather = "one link cut";
    Instance node = any(nodes());
    Instance replica = any(replicas());
    int ways = random.nextInt(3);
    if (ways != 0) {
      network.cut(node.name, replica.name, now);
    }
    if (ways != 1) {
      network.cut(replica.name, node.name, now);
    }
    boolean alsoReplicas = now - replicaFaultMillis < SETTLE_MILLIS + 10_000;
    node.suffering = alsoReplicas;
    suffering = alsoReplicas;
    disturbedMillis = now;
    pass(1_000 + random.nextInt(25_000));
    disturbedMillis = now;
  }

  private void replicaFault() {
    replicaFaultMillis = now;
    disturbedMillis = now;
  }

  private Instance any(List<Instance> some) {
    return some.get(random.nextInt(some.size()));
  }

  // Checkers.

  private void checkLeave(Instance observer, String topic, String key) {
    Set<Ref> steady = oracle.steady(topic, key, now, LAG_MILLIS);
    if (Boolean.getBoolean("rollcall.trace")) {
      System.out.println(
          (now - 1_000_000)
              + " LASTLEFT "
              + observer.name
              + " "
              + key
              + " "
              + topic
              + " steady "
              + steady);
    }
    if (steady.isEmpty() || isDisturbed(observer)) {
      return;
    }
    boolean undisturbed =
        steady.stream()
            .map(ref -> processes.get(ref.node().value()))
            .allMatch(process -> process.graceful || !isDisturbed(process));
    if (undisturbed) {
      throw new Violation(
          "NoFalseLeaves", observer.name + " saw " + key + " leave " + topic + ": " + steady);
    }
  }

  private boolean isDisturbed(Instance process) {
    return process.suffering || now - process.disturbedMillis < SETTLE_MILLIS;
  }

  private void checkViews() {
    if (suffering || now - disturbedMillis < SETTLE_MILLIS) {
      return;
    }
    for (int i = 0; i < TOPICS; i++) {
      String topic = "room:" + i;
      Set<Ref> certain = oracle.certain(topic, now, LAG_MILLIS);
      Set<Ref> possible = oracle.possible(topic, now, LAG_MILLIS);
      for (Instance process : nodes()) {
        if (process.node.knows(topic)) {
          checkView(process, topic, certain, possible);
        }
      }
    }
    checkReplicas();
  }

  private void checkView(Instance process, String topic, Set<Ref> certain, Set<Ref> possible) {
    Set<Ref> missing = new HashSet<>(certain);
    Set<Ref> listed = process.node.listed(topic);
    missing.removeAll(listed);
    if (!missing.isEmpty()) {
      throw new Violation("Convergence", process.name + " misses " + missing + " on " + topic);
    }
    Set<Ref> ghosts = new HashSet<>(listed);
    ghosts.removeAll(possible);
    if (!ghosts.isEmpty()) {
      throw new Violation("NoGhosts", process.name + " has " + ghosts + " on " + topic);
    }
  }

  private void checkReplicas() {
    for (Instance process : replicas()) {
      if (!process.replica.isReady()) {
        throw new Violation("Convergence", process.name + " is not ready");
      }
    }
  }

  private void checkMemory() {
    int living = living().size();
    for (Instance process : replicas()) {
      Replica.Counts counts = process.replica.counts();
      if (counts.topics() > TOPICS || counts.followed() > TOPICS) {
        throw new Violation("BoundedMemory", process.name + " keeps " + counts);
      }
      if (counts.nodesUp() != living) {
        throw new Violation("Convergence", process.name + " has up " + counts + " of " + living);
      }
    }
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.PresenceCodec;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Goodbye;
import dev.rollcall.presence.PresenceMessage.Relay;
import dev.rollcall.presence.Ref;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Virtual time, the processes in it, and the network and cluster manager between them. */
final class World {
  /** Sees what everybody sees. */
  interface Witness {
    void received(Instance by, PresenceMessage message);

    /** That node has been given a topic's list for the first time. */
    void known(Instance observer, String topic);

    /** That node's list is another now. */
    void changed(Instance observer, String topic);

    /** A key's last metas left, as a browser of that node sees it. */
    void lastLeft(Instance observer, String topic, String key, Set<Ref> refs);

    /** Some time has passed. */
    void look();
  }

  /** {@code -Drollcall.trace=true} prints what is received. */
  static final boolean TRACE = Boolean.getBoolean("rollcall.trace");

  private static final long START_MILLIS = 1_000_000;
  private static final long LOOK_MILLIS = 50;

  /** How fast the cluster manager notices a crash, and how slowly a partition. */
  private static final long CRASH_NOTICED_MILLIS = 700;

  private static final long PARTITION_NOTICED_MILLIS = 5_000;

  private record Event(long atMillis, long number, Runnable run) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int order = Long.compare(atMillis, other.atMillis);
      return order == 0 ? Long.compare(number, other.number) : order;
    }
  }

  final Unrest unrest = new Unrest();
  private final Random random;
  private final Network network;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Map<String, Instance> processes = new TreeMap<>();
  private Witness witness;
  private long now = START_MILLIS;
  private long eventNumber;
  private long processNumber;

  World(Random random) {
    this.random = random;
    this.network = new Network(random);
  }

  void isSeenBy(Witness whoever) {
    witness = whoever;
  }

  Witness witness() {
    return witness;
  }

  long now() {
    return now;
  }

  long sinceStart() {
    return now - START_MILLIS;
  }

  /** Returns a random number from 0 on below the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  Random random() {
    return random;
  }

  Instance any(List<Instance> some) {
    return some.get(random.nextInt(some.size()));
  }

  void at(long atMillis, Runnable run) {
    events.add(new Event(atMillis, eventNumber++, run));
  }

  void after(long millis, Runnable run) {
    at(now + millis, run);
  }

  void pass(long millis) {
    long untilMillis = now + millis;
    long nextLookMillis = now;
    while (!events.isEmpty() && events.peek().atMillis() <= untilMillis) {
      Event event = events.poll();
      now = Math.max(now, event.atMillis());
      event.run().run();
      if (now >= nextLookMillis) {
        nextLookMillis = now + LOOK_MILLIS;
        witness.look();
      }
    }
    now = untilMillis;
  }

  Instance boot(boolean isReplica) {
    Instance process = new Instance((isReplica ? "r" : "n") + processNumber++, isReplica, this);
    processes.put(process.name, process);
    process.start();
    return process;
  }

  Instance named(String name) {
    return processes.get(name);
  }

  List<Instance> living() {
    return processes.values().stream().filter(Instance::isAlive).toList();
  }

  List<Instance> replicas() {
    return living().stream().filter(Instance::isReplica).toList();
  }

  List<Instance> nodes() {
    return living().stream().filter(process -> !process.isReplica()).toList();
  }

  /** Returns the nodes on which somebody can do something. */
  List<Instance> awake() {
    return nodes().stream().filter(node -> !node.isFrozen()).toList();
  }

  /** Returns how many have ended without a goodbye that everybody heard. */
  long missed() {
    return processes.values().stream().filter(p -> !p.isAlive() && !p.wasHeardToGo()).count();
  }

  /** Returns who is in the cluster, as far as one process is told. */
  Set<String> members(Instance observer) {
    Set<String> members = new HashSet<>();
    for (Instance process : processes.values()) {
      boolean known =
          process.isAlive()
              || (!process.wentGracefully() && process.goneMillis() < CRASH_NOTICED_MILLIS);
      if (known
          && !network.isSeparated(observer.name, process.name, now, PARTITION_NOTICED_MILLIS)) {
        members.add(process.name);
      }
    }
    return members;
  }

  void cut(Instance from, Instance to) {
    network.cut(from.name, to.name, now);
  }

  /** One hears, and is heard by, whom the other did. */
  void putInPlaceOf(Instance old, Instance fresh) {
    network.cutAs(old.name, fresh.name, now);
  }

  void healLinks() {
    network.healAll(now, PARTITION_NOTICED_MILLIS);
  }

  /** Tells whether no link has been cut for so long. */
  boolean isWhole(long sinceMillis) {
    return network.isWhole(now, sinceMillis);
  }

  void disturbLinks(double loss, double repetition, int maxDelayMillis) {
    network.disturb(loss, repetition, maxDelayMillis);
  }

  void send(Instance from, List<Instance> to, PresenceMessage message, boolean toReplica) {
    Buffer bytes = PresenceCodec.encode(message);
    for (Instance process : to) {
      List<Long> delays = network.route(from.name, process.name);
      if (delays.isEmpty()) {
        lost(message, from, process);
      }
      for (long delay : delays) {
        after(delay, () -> process.run(() -> receive(process, bytes, toReplica)));
      }
    }
  }

  private void lost(PresenceMessage message, Instance from, Instance to) {
    if (message instanceof Goodbye) {
      from.goodbyeIsLost();
    } else if (message instanceof Diff) {
      to.diffIsLost();
    } else if (message instanceof Relay relay && relay.message() instanceof Diff) {
      Optional.ofNullable(named(relay.to().value())).ifPresent(Instance::diffIsLost);
    }
  }

  private void receive(Instance process, Buffer bytes, boolean toReplica) {
    PresenceMessage message = PresenceCodec.decode(bytes).orElseThrow();
    if (TRACE && !(message instanceof PresenceMessage.Beat)) {
      System.out.println(sinceStart() + " > " + process.name + " " + message);
    }
    witness.received(process, message);
    process.receive(message, toReplica);
  }
}

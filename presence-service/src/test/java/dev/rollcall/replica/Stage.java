package dev.rollcall.replica;

import dev.rollcall.presence.PresenceCodec;
import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Pull;
import io.vertx.core.buffer.Buffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A cluster in virtual time in which nothing is left to chance: each message takes 2 ms, and is
 * lost only where the story says so. The cluster manager notices what the story says it notices.
 */
final class Stage {
  private static final long LATENCY_MILLIS = 2;

  /** Zero of the stories: far from any origin, where a time that was never set would show. */
  private static final long ZERO_MILLIS = 1_000_000;

  /** Before it a cluster has the time to settle. */
  private static final long SETTLE_MILLIS = 10_000;

  private record Event(long atMillis, long number, Journal.Line cause, Runnable run) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::atMillis).thenComparing(Event::number));
  private final Map<String, Actor> actors = new TreeMap<>();
  private final Set<String> members = new TreeSet<>();
  private final Ways network = new Ways();
  private final Ways cluster = new Ways();
  private final Ways lossy = new Ways();
  private final Journal journal;
  private long now = ZERO_MILLIS - SETTLE_MILLIS;
  private long eventNumber;
  private Journal.Line cause;

  Stage(Journal journal) {
    this.journal = journal;
  }

  // Time.

  long now() {
    return now;
  }

  /** What is done then has the same cause as what is being done. */
  void at(long atMillis, Runnable run) {
    events.add(new Event(atMillis, eventNumber++, cause, run));
  }

  /** Lets everything happen that happens before a time of the story. */
  void passUntil(long storyMillis) {
    long untilMillis = ZERO_MILLIS + storyMillis;
    if (untilMillis < now) {
      throw new IllegalArgumentException("that is over: it is " + (now - ZERO_MILLIS));
    }
    while (!events.isEmpty() && events.peek().atMillis() < untilMillis) {
      Event event = events.poll();
      now = event.atMillis();
      cause = event.cause();
      event.run().run();
    }
    cause = null;
    now = untilMillis;
  }

  // The cluster.

  /** Boots some one after the other, so that each beats at a time of its own. */
  void boot(List<String> names) {
    for (String name : names) {
      start(name);
      passUntil(now - ZERO_MILLIS + 20);
    }
  }

  /** Those of presence-service are the ones whose names begin with a p. */
  void start(String name) {
    Actor actor = new Actor(name, name.startsWith("p"), this);
    if (actors.put(name, actor) != null) {
      throw new IllegalArgumentException(name + " was there already: an id is never used again");
    }
    members.add(name);
    actor.start();
  }

  Actor actor(String name) {
    Actor actor = actors.get(name);
    if (actor == null || !actor.isAlive()) {
      throw new IllegalArgumentException("there is no " + name);
    }
    return actor;
  }

  /** The cluster manager notices that one is not there any more. */
  void drop(String name) {
    members.remove(name);
  }

  /** Returns who is in the cluster, as the cluster manager tells one of them. */
  Set<String> members(String observer) {
    return Set.copyOf(cluster.reached(observer, members));
  }

  Ways network() {
    return network;
  }

  Ways cluster() {
    return cluster;
  }

  /** The next message that goes such a way and is no routine is lost. */
  Ways lossy() {
    return lossy;
  }

  List<String> living() {
    return actors.values().stream().filter(Actor::isAlive).map(Actor::name).toList();
  }

  List<String> replicas() {
    return living().stream().filter(name -> name.startsWith("p")).toList();
  }

  // Messages.

  /** Sends, through the production codec, to those of the names that are there and in reach. */
  void send(
      String from, String group, Collection<String> to, PresenceMessage message, boolean replica) {
    boolean routine = Journal.isRoutine(message);
    List<String> lost = to.stream().filter(name -> isLost(from, name, routine)).sorted().toList();
    String all = group.isEmpty() ? String.join(" ", new TreeSet<>(to)) : group;
    String lostFor = lost.isEmpty() ? "" : lost.size() == to.size() ? "lost: " : lostFor(lost);
    Journal.Line why =
        message instanceof Pull pull && cause == null ? journal.claim(pull, all) : cause;
    Journal.Line line = journal.sent(time(), from + " → " + all, message, lostFor, why);
    Buffer bytes = PresenceCodec.encode(message);
    Journal.Line before = cause;
    cause = line;
    for (String name : to) {
      if (!lost.contains(name)) {
        long delay = from.equals(name) ? 0 : LATENCY_MILLIS;
        at(
            now + delay,
            () -> actors.get(name).receive(PresenceCodec.decode(bytes).orElseThrow(), replica));
      }
    }
    cause = before;
  }

  void seen(String name, String what) {
    journal.seen(time(), name, what, cause);
  }

  private boolean isLost(String from, String to, boolean routine) {
    boolean there = actors.containsKey(to) && actors.get(to).isAlive();
    return !there || network.isCut(from, to) || (!routine && lossy.heal(from, to));
  }

  private static String lostFor(List<String> lost) {
    return lost.stream().collect(Collectors.joining(" ", "lost for ", ": "));
  }

  private String time() {
    return Long.toString(now - ZERO_MILLIS);
  }
}

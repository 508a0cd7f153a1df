package dev.rollcall.system.lab;

import dev.rollcall.system.Eventually;
import dev.rollcall.system.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks four times a second whether everything is whole, and remembers when it was not: everybody
 * is connected, each node's view lists exactly those who are, what is stored has arrived, words are
 * heard by all, and each node is ready and reaches every other.
 */
final class Watch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Watch.class);
  private static final long EVERY_MILLIS = 250;

  /** By then what is stored has come to whoever is there. */
  private static final long ARRIVED_NANOS = 3_000_000_000L;

  /** More than lies between a word and the judgement of it. */
  private static final long QUIET_NANOS = 8_000_000_000L;

  private static final Duration WHOLE = Duration.ofSeconds(150);
  private static final long LAST_NANOS = 4_000_000_000L;
  private static final int EXAMPLES = 6;

  private final Pods pods;
  private final Probe probe;
  private final Crowd crowd;
  private final Store store;
  private final List<Wrong> wrong = new ArrayList<>();
  private final Deque<Stored> stored = new ArrayDeque<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private long beganNanos;
  private int looks;

  /** Something that was not as it must be. */
  record Wrong(long nanos, String what) {}

  private record Stored(long nanos, Map<String, Long> last) {}

  Watch(Pods pods, Probe probe, Crowd crowd, Store store) {
    this.pods = pods;
    this.probe = probe;
    this.crowd = crowd;
    this.store = store;
  }

  void begin() {
    beganNanos = System.nanoTime();
    var unused =
        clock.scheduleAtFixedRate(this::lookSafely, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void lookSafely() {
    try {
      pods.startDue();
      crowd.watch();
      look();
    } catch (Exception fault) {
      log.error("can't look", fault);
      note(System.nanoTime(), "the lab itself: " + fault);
    }
  }

  private void look() throws SQLException {
    long now = System.nanoTime();
    crowd.words().judge(this::note);
    List<String> found = new ArrayList<>();
    lookAtPods(found);
    lookAtPresence(found);
    lookAtStored(now, found);
    found.forEach(what -> note(now, what));
    looks++;
  }

  private void lookAtPods(List<String> found) {
    int nodes = pods.all().size();
    int replicas = pods.of(Kind.PRESENCE).size();
    for (Pod pod : pods.all()) {
      if (!pod.problems().isEmpty()) {
        found.add(pod + " is not live: " + pod.problems());
      } else if (!pod.ready()) {
        found.add(pod + " is not ready");
      } else {
        expect(found, pod, "rollcall_cluster_members", nodes);
        expect(found, pod, "rollcall_pubsub_unreached", 0);
        expect(found, pod, "rollcall_pubsub_peers", nodes - 1);
        expect(found, pod, "rollcall_presence_replicas_ready", replicas);
      }
    }
  }

  private void expect(List<String> found, Pod pod, String metric, double must) {
    double is = probe.number(pod, metric);
    if (is != must) {
      found.add("%s of %s is %s, not %s".formatted(metric, pod, is, must));
    }
  }

  private void lookAtPresence(List<String> found) {
    Map<String, Set<String>> present = new HashMap<>();
    for (Visitor visitor : crowd.visitors()) {
      if (visitor.whereabouts().now().isEmpty()) {
        found.add(visitor.user() + " is not connected");
      } else {
        visitor
            .topics()
            .forEach(
                topic -> present.computeIfAbsent(topic, t -> new HashSet<>()).add(visitor.user()));
      }
    }
    for (Visitor visitor : crowd.visitors()) {
      visitor.topics().stream()
          .filter(Crowd.PLACES::contains)
          .filter(topic -> visitor.whereabouts().now().isPresent())
          .forEach(topic -> compare(found, visitor, topic, present.get(topic)));
    }
  }

  private static void compare(List<String> found, Visitor visitor, String topic, Set<String> are) {
    Set<String> sees = visitor.read(topic, TopicCopy::people);
    int metas = visitor.read(topic, TopicCopy::metas);
    if (!sees.equals(are)) {
      found.add(
          "%s sees %d in %s, not %d: not %s, but %s"
              .formatted(
                  visitor.user(),
                  sees.size(),
                  topic,
                  are.size(),
                  rest(are, sees),
                  rest(sees, are)));
    } else if (metas != are.size()) {
      found.add(
          "%s sees %d metas of %d users in %s".formatted(visitor.user(), metas, are.size(), topic));
    }
  }

  private static Set<String> rest(Set<String> some, Set<String> others) {
    Set<String> rest = new HashSet<>(some);
    rest.removeAll(others);
    return rest;
  }

  private void lookAtStored(long now, List<String> found) throws SQLException {
    if (looks % (1_000 / EVERY_MILLIS) == 0) {
      stored.add(new Stored(now, store.lastPositions()));
    }
    while (stored.size() > 1 && now - stored.peek().nanos() > 2 * ARRIVED_NANOS) {
      stored.remove();
    }
    Stored before = stored.peek();
    if (before == null || now - before.nanos() < ARRIVED_NANOS) {
      return;
    }
    for (Visitor visitor : crowd.visitors()) {
      for (String topic : visitor.topics()) {
        long last = before.last().getOrDefault(topic, 0L);
        if (!visitor.read(topic, copy -> copy.missing(last)).isEmpty()) {
          found.add(visitor.user() + " has not all of " + topic);
        }
      }
    }
  }

  private void note(long nanos, String what) {
    synchronized (wrong) {
      wrong.add(new Wrong(nanos, what));
    }
  }

  /** Returns what was wrong since then, in the order in which it was found out. */
  List<Wrong> since(long nanos) {
    synchronized (wrong) {
      return wrong.stream().filter(each -> each.nanos() - nanos >= 0).toList();
    }
  }

  /** Waits until nothing has been wrong for some time; returns whether that came. */
  boolean quiet() throws Exception {
    return quiet(beganNanos);
  }

  /** Waits until nothing is wrong for some time after that; returns whether that came. */
  boolean quiet(long fromNanos) throws Exception {
    return Eventually.holds(
        WHOLE,
        () ->
            System.nanoTime() - fromNanos > QUIET_NANOS
                && since(System.nanoTime() - QUIET_NANOS).isEmpty());
  }

  /** Returns some of what was wrong last. */
  List<String> last() {
    return since(System.nanoTime() - LAST_NANOS).stream()
        .map(Wrong::what)
        .distinct()
        .limit(EXAMPLES)
        .toList();
  }

  /** Forgets what was wrong so far. */
  void forget() {
    synchronized (wrong) {
      wrong.clear();
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}

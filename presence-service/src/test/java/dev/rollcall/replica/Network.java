package dev.rollcall.replica;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Who can send to whom, how long it takes, and what becomes of messages on the way. */
final class Network {
  private record Way(String from, String to) {}

  /** How late a message may come once more. */
  private static final int REPEATED_MILLIS = 2_000;

  private final Random random;
  private final Set<Way> cut = new HashSet<>();
  private final Map<Way, Long> cutSince = new HashMap<>();
  private final Map<Way, Long> healedAt = new HashMap<>();
  private long healedMillis = Long.MIN_VALUE / 2;
  private double loss;
  private double repetition;
  private int maxDelayMillis = 20;

  Network(Random random) {
    this.random = random;
  }

  void cut(String from, String to, long nowMillis) {
    if (cut.add(new Way(from, to))) {
      cutSince.put(new Way(from, to), nowMillis);
    }
  }

  /** What is cut of the one is cut of the other too. */
  void cutAs(String old, String fresh, long nowMillis) {
    for (Way way : List.copyOf(cut)) {
      if (way.from().equals(old)) {
        cut(fresh, way.to(), nowMillis);
      } else if (way.to().equals(old)) {
        cut(way.from(), fresh, nowMillis);
      }
    }
  }

  /** Members that were dropped meanwhile are let in again after a while. */
  void healAll(long nowMillis, long droppedAfterMillis) {
    cut.stream()
        .filter(way -> nowMillis - cutSince.get(way) >= droppedAfterMillis)
        .forEach(way -> healedAt.put(way, nowMillis));
    healedMillis = cut.isEmpty() ? healedMillis : nowMillis;
    cut.clear();
    cutSince.clear();
  }

  /** Tells whether no link has been cut for so long. */
  boolean isWhole(long nowMillis, long sinceMillis) {
    return cut.isEmpty() && nowMillis - healedMillis >= sinceMillis;
  }

  void disturb(double newLoss, double newRepetition, int newMaxDelayMillis) {
    loss = newLoss;
    repetition = newRepetition;
    maxDelayMillis = newMaxDelayMillis;
  }

  /** Returns the delay of each copy that arrives: none, one, or two. */
  List<Long> route(String from, String to) {
    List<Long> delays = new ArrayList<>();
    if (from.equals(to)) {
      delays.add(0L);
    } else if (!cut.contains(new Way(from, to))) {
      if (random.nextDouble() >= loss) {
        delays.add((long) random.nextInt(maxDelayMillis + 1));
      }
      if (random.nextDouble() < repetition) {
        delays.add((long) random.nextInt(maxDelayMillis + REPEATED_MILLIS));
      }
    }
    return delays;
  }

  /** Tells whether the cluster manager has dropped the one from the other's list of members. */
  boolean isSeparated(String a, String b, long nowMillis, long afterMillis) {
    return isLong(new Way(a, b), nowMillis, afterMillis)
        && isLong(new Way(b, a), nowMillis, afterMillis);
  }

  private boolean isLong(Way way, long nowMillis, long afterMillis) {
    boolean merging = nowMillis - healedAt.getOrDefault(way, Long.MIN_VALUE / 2) < 3_000;
    return merging || nowMillis - cutSince.getOrDefault(way, nowMillis) >= afterMillis;
  }
}

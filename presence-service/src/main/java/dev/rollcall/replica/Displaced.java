package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Ref;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Entries that a session left behind on another node when it came back, of which that node is told,
 * so that it removes them. Not at once: a replica that hears of the removal before it hears of the
 * entry that takes the place would publish a leave without a join. And again as long as they are
 * there: the word may be lost. The topic's owner tells, and later the other replicas, since it may
 * not know of it.
 */
final class Displaced {
  /** By then a digest has told of the new entry to whoever missed it, and it was pulled. */
  private static final long TELL_AFTER_MILLIS = 2_000;

  /** By then the owner's word has been heeded, if the owner knows. */
  private static final long OTHERS_TELL_AFTER_MILLIS = 20_000;

  private static final long TELL_AGAIN_MILLIS = 5_000;

  /** The same whether its entry is as its node made it, or as it was told. */
  record Old(Ref ref, String topic) {}

  private final List<Old> fresh = new ArrayList<>();
  private final Map<Old, Long> tellAtMillis = new LinkedHashMap<>();

  void add(Entry old) {
    fresh.add(new Old(old.ref(), old.topic()));
  }

  /** This replica was away: the others have not had the time that seems to have passed. */
  void grantAll() {
    fresh.addAll(tellAtMillis.keySet());
    tellAtMillis.clear();
  }

  int size() {
    return fresh.size() + tellAtMillis.size();
  }

  /**
   * Returns those of which it is time to tell. To be called with each tick.
   *
   * @param isThere whether its node is still known to have it
   * @param isOwned whether its topic is owned here
   */
  List<Old> due(Predicate<Old> isThere, Predicate<Old> isOwned, long nowMillis) {
    for (Old old : fresh) {
      long waitMillis = isOwned.test(old) ? TELL_AFTER_MILLIS : OTHERS_TELL_AFTER_MILLIS;
      tellAtMillis.putIfAbsent(old, nowMillis + waitMillis);
    }
    fresh.clear();
    tellAtMillis.keySet().removeIf(isThere.negate());
    List<Old> due = new ArrayList<>();
    tellAtMillis.replaceAll(
        (old, atMillis) -> {
          if (nowMillis < atMillis) {
            return atMillis;
          }
          due.add(old);
          return nowMillis + TELL_AGAIN_MILLIS;
        });
    return due;
  }
}

package dev.rollcall.replica;

import dev.rollcall.presence.Ref;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Entries that a session left behind on another node when it came back, of which that node is told,
 * so that it removes them. Not at once: a replica that hears of the removal before it hears of the
 * entry that takes the place would publish a leave without a join.
 */
final class Displaced {
  /** By then a digest has told of the new entry to whoever missed it, and it was pulled. */
  private static final long TELL_AFTER_MILLIS = 2_000;

  private final Set<Ref> fresh = new HashSet<>();
  private final Map<Ref, Long> tellAtMillis = new LinkedHashMap<>();

  void add(Ref ref) {
    fresh.add(ref);
  }

  /** Returns those of which it is time to tell. To be called with each tick. */
  List<Ref> due(long nowMillis) {
    fresh.forEach(ref -> tellAtMillis.putIfAbsent(ref, nowMillis + TELL_AFTER_MILLIS));
    fresh.clear();
    List<Ref> due = new ArrayList<>();
    tellAtMillis.forEach(
        (ref, atMillis) -> {
          if (nowMillis >= atMillis) {
            due.add(ref);
          }
        });
    due.forEach(tellAtMillis::remove);
    return due;
  }
}

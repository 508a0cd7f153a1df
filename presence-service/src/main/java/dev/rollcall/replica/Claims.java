package dev.rollcall.replica;

import dev.rollcall.presence.Entry;
import dev.rollcall.presence.Ref;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The entries of which a session that came back elsewhere says that they were its own: they are
 * hidden, whether they are heard of before that or after. A claim counts as long as its entry is
 * there; one whose entry is not, since it has gone or was never heard of, is dropped after a while.
 */
final class Claims {
  /**
   * A claim is kept for once to twice as long: an entry that has been out of reach for longer is of
   * a session that has long ceased to linger.
   */
  private static final long KEEP_MILLIS = 600_000;

  /** Far more than can come back within a linger; beyond it the oldest is dropped. */
  private static final int MAX_CLAIMS = 100_000;

  /** It is right only for the same topic and key. */
  private record Claim(Ref ref, String topic, String key) {
    static Claim to(Entry entry) {
      return new Claim(entry.ref(), entry.topic(), entry.key());
    }
  }

  private Set<Claim> young = new LinkedHashSet<>();
  private Set<Claim> old = new LinkedHashSet<>();
  private long agedMillis = Long.MIN_VALUE;

  /** The entry's session says that its origin was its own. */
  void add(Entry entry) {
    Claim claim = new Claim(entry.origin(), entry.topic(), entry.key());
    old.remove(claim);
    young.add(claim);
    if (size() > MAX_CLAIMS) {
      Set<Claim> oldest = old.isEmpty() ? young : old;
      oldest.remove(oldest.iterator().next());
    }
  }

  boolean contains(Entry entry) {
    Claim claim = Claim.to(entry);
    return young.contains(claim) || old.contains(claim);
  }

  /** The entry has gone, and does not come again. */
  void remove(Entry entry) {
    Claim claim = Claim.to(entry);
    young.remove(claim);
    old.remove(claim);
  }

  int size() {
    return young.size() + old.size();
  }

  /**
   * Drops those that are old. To be called with each tick.
   *
   * @param isThere whether that ref's node is known to have its entry
   */
  void tick(Predicate<Ref> isThere, long nowMillis) {
    if (agedMillis == Long.MIN_VALUE) {
      agedMillis = nowMillis;
    } else if (nowMillis - agedMillis >= KEEP_MILLIS) {
      agedMillis = nowMillis;
      old.stream().filter(claim -> isThere.test(claim.ref())).forEach(young::add);
      old = young;
      young = new LinkedHashSet<>();
    }
  }
}

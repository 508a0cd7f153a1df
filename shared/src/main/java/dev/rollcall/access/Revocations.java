package dev.rollcall.access;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The revocations that a node knows. Of two of one user the later counts, so that they may reach a
 * node in any order, any number of times, by any way: all nodes end with the same.
 *
 * <p>One is forgotten once every token that it is about is over. Safe for concurrent use.
 */
final class Revocations {
  private final Map<String, Revocation> byUser = new ConcurrentHashMap<>();

  /** Returns true when it says more than was known. */
  boolean add(Revocation revocation) {
    Revocation known = byUser.get(revocation.user());
    if (known != null && known.issuedUntil() >= revocation.issuedUntil()) {
      return false;
    }
    byUser.merge(
        revocation.user(),
        revocation,
        (one, other) -> one.issuedUntil() >= other.issuedUntil() ? one : other);
    return true;
  }

  /** Tells whether a token of this user, issued then, counts no longer. */
  boolean covers(String user, long issuedAt) {
    Revocation known = byUser.get(user);
    return known != null && issuedAt <= known.issuedUntil();
  }

  /** Returns the same on nodes that know the same. */
  long digest() {
    return byUser.values().stream().mapToLong(Revocations::mixed).sum();
  }

  List<Revocation> all() {
    return List.copyOf(byUser.values());
  }

  void forget(long nowEpochSeconds) {
    Collection<Revocation> known = byUser.values();
    known.removeIf(revocation -> revocation.keptUntil() <= nowEpochSeconds);
  }

  private static long mixed(Revocation revocation) {
    long hash = 31L * revocation.user().hashCode() + Long.hashCode(revocation.issuedUntil());
    hash *= 0x9E3779B97F4A7C15L;
    return hash ^ (hash >>> 32);
  }
}

package dev.rollcall.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

  /** Of users whose names have the same hash code too. */
  private static long mixed(Revocation revocation) {
    String said = revocation.issuedUntil() + " " + revocation.user();
    return UUID.nameUUIDFromBytes(said.getBytes(UTF_8)).getMostSignificantBits();
  }
}

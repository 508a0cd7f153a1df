package dev.rollcall.bridge;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections, so that no user and no address takes a node for itself. */
final class Admission {
  private final Limits limits;
  private final Map<String, Integer> byUser = new ConcurrentHashMap<>();
  private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
  private final AtomicInteger all = new AtomicInteger();

  Admission(Limits limits) {
    this.limits = limits;
  }

  /** Takes a place for one more; false when there is none. Each that was taken is to be left. */
  boolean enter(String user, String address) {
    int now = all.incrementAndGet();
    int ofUser = byUser.merge(user, 1, Integer::sum);
    int ofAddress = byAddress.merge(address, 1, Integer::sum);
    boolean below =
        now <= limits.connections()
            && ofUser <= limits.connectionsPerUser()
            && ofAddress <= limits.connectionsPerAddress();
    if (!below) {
      leave(user, address);
    }
    return below;
  }

  void leave(String user, String address) {
    all.decrementAndGet();
    byUser.computeIfPresent(user, (name, count) -> count > 1 ? count - 1 : null);
    byAddress.computeIfPresent(address, (name, count) -> count > 1 ? count - 1 : null);
  }
}

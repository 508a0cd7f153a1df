package dev.rollcall.replica;

import dev.rollcall.node.Environment;
import dev.rollcall.presence.Presence;

/**
 * How a replica judges and publishes.
 *
 * @param downAfterMillis how long a node may be silent before its presences are hidden
 * @param windowMillis changes of a topic that are this near to each other go out as one diff; 0
 *     publishes each at once
 */
record ReplicaConfig(long downAfterMillis, long windowMillis) {
  /** A beat may be lost without anybody being hidden for it. */
  private static final int MIN_DOWN_AFTER_MILLIS = (int) (2 * Presence.HEARTBEAT_MILLIS);

  /** Well below the time for which goodbyes are remembered. */
  private static final int MAX_DOWN_AFTER_MILLIS = 30_000;

  static ReplicaConfig from(Environment environment) {
    ReplicaConfig config =
        new ReplicaConfig(
            environment.number(
                "ROLLCALL_PRESENCE_DOWN_AFTER_MILLIS",
                4_000,
                MIN_DOWN_AFTER_MILLIS,
                MAX_DOWN_AFTER_MILLIS),
            environment.number("ROLLCALL_PRESENCE_WINDOW_MILLIS", 10, 0, 1_000));
    environment.check();
    return config;
  }
}

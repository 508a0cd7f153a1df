package dev.rollcall.replica;

import dev.rollcall.node.Environment;
import dev.rollcall.presence.Presence;

/**
 * How a replica judges and publishes.
 *
 * @param downAfterMillis how long a node may be silent before its presences are hidden
 * @param windowMillis changes of a topic so near to each other are one diff
 */
record ReplicaConfig(long downAfterMillis, long windowMillis) {
  static ReplicaConfig from(Environment environment) {
    int twoBeats = (int) (2 * Presence.HEARTBEAT_MILLIS);
    ReplicaConfig config =
        new ReplicaConfig(
            environment.number("ROLLCALL_PRESENCE_DOWN_AFTER_MILLIS", 4_000, twoBeats, 120_000),
            environment.number("ROLLCALL_PRESENCE_WINDOW_MILLIS", 10, 1, 1_000));
    environment.check();
    return config;
  }
}

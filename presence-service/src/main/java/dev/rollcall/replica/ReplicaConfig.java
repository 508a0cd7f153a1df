package dev.rollcall.replica;

import dev.rollcall.node.Environment;

/**
 * How a replica judges and publishes.
 *
 * @param downAfterMillis how long a node may be silent before its presences are hidden
 * @param windows changes of a topic that are this near to each other go out as one diff
 */
record ReplicaConfig(long downAfterMillis, Window.Bounds windows) {
  /** Well below the time for which goodbyes are told. */
  private static final int MAX_DOWN_AFTER_MILLIS = 30_000;

  private static final int MAX_WINDOW_MILLIS = 5_000;

  static ReplicaConfig from(Environment environment, long heartbeatMillis) {
    // A beat may be lost without anybody being hidden for it; of three, one may be late without
    // being taken for deafness.
    int min = (int) (2 * heartbeatMillis);
    int usual = (int) Math.max(4_000, 3 * heartbeatMillis);
    long downAfter =
        environment.number(
            "ROLLCALL_PRESENCE_DOWN_AFTER_MILLIS", usual, min, MAX_DOWN_AFTER_MILLIS);
    int narrowest =
        environment.number("ROLLCALL_PRESENCE_MIN_WINDOW_MILLIS", 10, 0, MAX_WINDOW_MILLIS);
    int widest =
        environment.number("ROLLCALL_PRESENCE_MAX_WINDOW_MILLIS", 500, 0, MAX_WINDOW_MILLIS);
    if (widest < narrowest) {
      environment.problem(
          "ROLLCALL_PRESENCE_MAX_WINDOW_MILLIS must not be below"
              + " ROLLCALL_PRESENCE_MIN_WINDOW_MILLIS");
    }
    environment.check();
    return new ReplicaConfig(downAfter, new Window.Bounds(narrowest, widest));
  }
}

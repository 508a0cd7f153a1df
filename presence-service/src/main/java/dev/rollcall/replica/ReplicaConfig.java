package dev.rollcall.replica;

import dev.rollcall.node.Environment;

/**
 * How a replica judges and publishes.
 *
 * @param heartbeatMillis how often nodes beat
 * @param downAfterMillis how long a node may be silent before its presences are hidden
 * @param windows changes of a topic that are this near to each other go out as one diff
 */
record ReplicaConfig(long heartbeatMillis, long downAfterMillis, Window.Bounds windows) {
  /** Well below the time for which goodbyes are told. */
  private static final int MAX_DOWN_AFTER_MILLIS = 30_000;

  private static final int MAX_WINDOW_MILLIS = 5_000;

  /**
   * Returns how long one may be silent that the cluster manager says has left: a fifth longer than
   * beats that digests relay may be apart.
   */
  long leftAfterMillis() {
    return Math.min(downAfterMillis, (heartbeatMillis + Replica.WORD_MILLIS) * 6 / 5);
  }

  /**
   * Returns after how long a replica that hears nobody takes itself for deaf: before it would
   * judge, but not for one beat that is late. Below a {@code downAfterMillis} of two and a half
   * heartbeats a node whose beat came long before the last may be judged sooner.
   */
  long deafAfterMillis() {
    return Math.max(downAfterMillis / 2, heartbeatMillis * 3 / 2);
  }

  static ReplicaConfig from(Environment environment, long heartbeatMillis) {
    // A beat may be lost without anybody being hidden for it.
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
    return new ReplicaConfig(heartbeatMillis, downAfter, new Window.Bounds(narrowest, widest));
  }
}

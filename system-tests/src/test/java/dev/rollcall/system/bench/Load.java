package dev.rollcall.system.bench;

import java.time.Duration;

/**
 * What the publishers do, and for how long it is measured.
 *
 * @param window how many messages of a publisher may be under way, where it sends the next when one
 *     is back
 * @param untilAllHave whether a message is back when all of its room have it, and not when its
 *     publisher has
 * @param messagesPerSecond of all publishers together, evenly paced whatever comes back; 0 to go by
 *     the window
 * @param guestsPerSecond how many come meanwhile, and leave again
 * @param warmupCpuSeconds what each server must have used, whatever the time, before it is
 *     measured: on a busy machine code is compiled late
 */
record Load(
    int window,
    boolean untilAllHave,
    double messagesPerSecond,
    double guestsPerSecond,
    double warmupCpuSeconds,
    Duration warmup,
    Duration time) {

  boolean paced() {
    return messagesPerSecond > 0;
  }

  @Override
  public String toString() {
    String pace =
        paced()
            ? "%.1f messages/s".formatted(messagesPerSecond)
            : "window %d%s".formatted(window, untilAllHave ? " until all have it" : "");
    return "%s, %.0f guests/s, %.1f s after %.1f s"
        .formatted(pace, guestsPerSecond, time.toMillis() / 1e3, warmup.toMillis() / 1e3);
  }
}

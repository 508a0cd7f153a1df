package dev.rollcall.outbox;

import java.time.Duration;

/**
 * How long things take, or may.
 *
 * @param sweepMillis how often it is looked for what others left behind
 * @param settled after the broadcast, when what was said is taken to have gone out
 * @param overdue after the numbering, when who was to broadcast is taken to be dead
 * @param kept how long announcements are there to recover from
 */
record OutboxTimes(long sweepMillis, Duration settled, Duration overdue, Duration kept) {
  static OutboxTimes keeping(Duration kept) {
    return new OutboxTimes(1_000, Duration.ofSeconds(1), Duration.ofSeconds(5), kept);
  }
}

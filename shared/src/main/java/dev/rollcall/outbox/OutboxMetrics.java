package dev.rollcall.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What an outbox counts. */
final class OutboxMetrics {
  private final Counter announced;
  private final Counter recovered;
  private final Counter failures;
  private final Timer wait;

  OutboxMetrics(MeterRegistry registry) {
    announced = registry.counter("rollcall.outbox.announced");
    recovered = registry.counter("rollcall.outbox.recovered");
    failures = registry.counter("rollcall.outbox.failures");
    wait = registry.timer("rollcall.outbox.wait");
  }

  void announced(Batch batch) {
    announced.increment(batch.messages().size());
    wait.record((long) (batch.waitedSeconds() * 1e6), TimeUnit.MICROSECONDS);
  }

  /** What another instance was to broadcast was broadcast by this one. */
  void recovered(Batch batch) {
    recovered.increment(batch.messages().size());
  }

  void failed() {
    failures.increment();
  }
}

package dev.rollcall.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What an outbox counts. */
final class OutboxMetrics {
  private final Counter announced;
  private final Counter recovered;
  private final Counter failures;
  private final Timer wait;
  private final AtomicInteger stalled = new AtomicInteger();

  OutboxMetrics(MeterRegistry registry) {
    announced = registry.counter("rollcall.outbox.announced");
    recovered = registry.counter("rollcall.outbox.recovered");
    failures = registry.counter("rollcall.outbox.failures");
    wait = registry.timer("rollcall.outbox.wait");
    Gauge.builder("rollcall.outbox.stalled", stalled, AtomicInteger::get)
        .strongReference(true)
        .register(registry);
  }

  void announced(Batch batch) {
    announced.increment(batch.messages().size());
    wait.record((long) (batch.waitedSeconds() * 1e6), TimeUnit.MICROSECONDS);
  }

  /** What nobody knows to have been broadcast was broadcast by this one. */
  void recovered(Batch batch) {
    recovered.increment(batch.messages().size());
  }

  /** Whether what is committed is not announced at the time. */
  void stalled(boolean is) {
    stalled.set(is ? 1 : 0);
  }

  void failed() {
    failures.increment();
  }
}

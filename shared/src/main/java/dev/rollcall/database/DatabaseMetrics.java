package dev.rollcall.database;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/** What a database counts; may be used on any thread. */
final class DatabaseMetrics {
  private final LongAdder opened = new LongAdder();
  private final LongAdder timesOver = new LongAdder();
  private final LongAdder serializationFailures = new LongAdder();
  private final LongAdder deadlocks = new LongAdder();

  void register(MeterRegistry registry, String schema, BooleanSupplier open) {
    Gauge.builder("rollcall.database.circuit.open", open, is -> is.getAsBoolean() ? 1 : 0)
        .strongReference(true)
        .tag("schema", schema)
        .register(registry);
    count(registry, schema, "circuit.opened", opened);
    count(registry, schema, "connections.cut", timesOver);
    retries(registry, schema, "serialization_failure", serializationFailures);
    retries(registry, schema, "deadlock_detected", deadlocks);
  }

  void opened() {
    opened.increment();
  }

  /** A connection was cut, since its work took too long. */
  void timeOver() {
    timesOver.increment();
  }

  void retried(String sqlState) {
    (sqlState.equals(Availability.DEADLOCK) ? deadlocks : serializationFailures).increment();
  }

  private static void count(MeterRegistry registry, String schema, String name, LongAdder value) {
    FunctionCounter.builder("rollcall.database." + name, value, LongAdder::sum)
        .tag("schema", schema)
        .register(registry);
  }

  private static void retries(
      MeterRegistry registry, String schema, String reason, LongAdder value) {
    FunctionCounter.builder("rollcall.database.retries", value, LongAdder::sum)
        .tag("schema", schema)
        .tag("reason", reason)
        .register(registry);
  }
}

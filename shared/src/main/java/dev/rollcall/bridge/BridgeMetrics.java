package dev.rollcall.bridge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * What the bridge counts; may be used on any thread. All that it will ever show is there from the
 * start, at zero: the first of a kind is seen to be one more than before.
 */
final class BridgeMetrics {
  private static final String FALLBACK = "sockjs_fallback";
  static final String FOREIGN_ORIGIN = "foreign_origin";
  static final String REVOKED = "revoked";
  static final String TOO_MANY_CONNECTIONS = "too_many_connections";

  private final MeterRegistry registry;
  private final LongAdder deliveries = new LongAdder();
  private final LongAdder encodings = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder subscriptions = new LongAdder();
  private final Counter conflated;
  private final Counter dropped;
  private final Counter missed;
  private final Map<Object, Long> waiting = new ConcurrentHashMap<>();

  BridgeMetrics(MeterRegistry registry) {
    this.registry = registry;
    count("deliveries", deliveries);
    count("encodings", encodings);
    count("sent.bytes", bytes);
    gauge("subscriptions", LongAdder::sum, subscriptions);
    gauge("waiting.bytes", all -> all.values().stream().mapToLong(n -> n).sum(), waiting);
    conflated = registry.counter("rollcall.bridge.conflated");
    dropped = registry.counter("rollcall.bridge.dropped");
    missed = registry.counter("rollcall.bridge.missed");
    begin();
  }

  private void begin() {
    for (Framing framing : Framing.values()) {
      opened(transport(framing), 0);
    }
    opened(FALLBACK, 0);
    for (CloseCode code : CloseCode.values()) {
      closed(code, 0);
    }
    for (ErrorCode code : ErrorCode.values()) {
      refused(code, 0);
    }
    for (String why : List.of(FOREIGN_ORIGIN, REVOKED, TOO_MANY_CONNECTIONS)) {
      rejected(why, 0);
    }
  }

  <T> void gauge(String name, ToDoubleFunction<T> value, T of) {
    Gauge.builder("rollcall.bridge." + name, of, value).strongReference(true).register(registry);
  }

  void refusedTokens(TokenRefusal reason, Authentication of) {
    FunctionCounter.builder("rollcall.bridge.tokens.refused", of, all -> all.refused(reason))
        .tag("reason", reason.toString())
        .register(registry);
  }

  void encoded() {
    encodings.increment();
  }

  /** So many messages of topics were written to clients. */
  void delivered(long messages) {
    deliveries.add(messages);
  }

  void sent(int size) {
    bytes.add(size);
  }

  void joined() {
    subscriptions.increment();
  }

  void left() {
    subscriptions.decrement();
  }

  /** A message took the place of an older one that still waited. */
  void conflated() {
    conflated.increment();
  }

  /** Changes of a list that were left out, since the whole list follows. */
  void dropped(int messages) {
    dropped.increment(messages);
  }

  /** Stored messages of a topic that its history did not give. */
  void missed(long messages) {
    missed.increment((double) messages);
  }

  void waiting(Object loop, long bytes) {
    waiting.put(loop, bytes);
  }

  void opened(Framing framing) {
    opened(transport(framing), 1);
  }

  /** By a transport of SockJS that is no WebSocket. */
  void openedFallback() {
    opened(FALLBACK, 1);
  }

  private static String transport(Framing framing) {
    return framing.name().toLowerCase(Locale.ROOT) + "_websocket";
  }

  private void opened(String transport, int more) {
    registry.counter("rollcall.bridge.opened", "transport", transport).increment(more);
  }

  void closed(CloseCode code) {
    closed(code, 1);
  }

  private void closed(CloseCode code, int more) {
    registry.counter("rollcall.bridge.closed", "reason", code.reason()).increment(more);
  }

  void refused(ErrorCode code) {
    refused(code, 1);
  }

  private void refused(ErrorCode code, int more) {
    registry.counter("rollcall.bridge.refused", "code", code.toString()).increment(more);
  }

  /** A connection that was not let in. */
  void rejected(String why) {
    rejected(why, 1);
  }

  private void rejected(String why, int more) {
    registry.counter("rollcall.bridge.rejected", "reason", why).increment(more);
  }

  private void count(String name, LongAdder adder) {
    FunctionCounter.builder("rollcall.bridge." + name, adder, LongAdder::sum).register(registry);
  }
}

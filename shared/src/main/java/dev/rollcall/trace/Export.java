package dev.rollcall.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.internal.VertxInternal;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Tells a collector of OpenTelemetry what each step of a trace took: requests over HTTP, messages
 * of the bus, queries. Off, and then nothing of it is loaded, unless there is an endpoint; all else
 * is told by OpenTelemetry's own variables, such as {@code OTEL_TRACES_SAMPLER}.
 */
public final class Export {
  /** Past it, what was not sent is lost: a node must end. */
  private static final long FLUSH_MILLIS = 2_000;

  private final OpenTelemetrySdk sdk;

  private Export(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
  }

  /**
   * Begins to send to a collector, by OTLP over HTTP.
   *
   * @param endpoint such as {@code http://collector:4318}
   */
  public static Export to(String endpoint, String service, String node) {
    Map<String, String> ours =
        Map.of(
            "otel.exporter.otlp.endpoint",
            endpoint,
            "otel.exporter.otlp.protocol",
            "http/protobuf",
            "otel.service.name",
            service,
            "otel.resource.attributes",
            "service.instance.id=" + node,
            // Prometheus and the log have these.
            "otel.metrics.exporter",
            "none",
            "otel.logs.exporter",
            "none");
    return new Export(
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> ours)
            .addPropertiesCustomizer(config -> Map.of("otel.exporter.otlp.endpoint", endpoint))
            .addSpanExporterCustomizer((exporter, config) -> new Told(exporter, endpoint))
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk());
  }

  /** Has a Vert.x that is about to be built measure its steps. */
  public VertxBuilder measure(VertxBuilder builder) {
    CurrentTrace.measured(Export::current);
    return builder.withTracer(new OpenTelemetryTracingFactory(sdk));
  }

  /** Sends the last of it when that Vert.x ends. */
  public void endWith(Vertx vertx) {
    ((VertxInternal) vertx).addCloseHook(done -> end(done::succeed));
  }

  private void end(Runnable then) {
    // On a thread of its own: the event loops end, and sending takes its time.
    Thread last =
        new Thread(
            () -> {
              sdk.getSdkTracerProvider().shutdown().join(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
              then.run();
            },
            "trace-export");
    last.setDaemon(true);
    last.start();
  }

  /** The step that is being measured, where one is: what follows is below it. */
  private static Optional<Trace> current() {
    SpanContext step = Span.current().getSpanContext();
    return step.isValid()
        ? Optional.of(
            new Trace(
                "00-"
                    + step.getTraceId()
                    + "-"
                    + step.getSpanId()
                    + "-"
                    + step.getTraceFlags().asHex()))
        : Optional.empty();
  }
}

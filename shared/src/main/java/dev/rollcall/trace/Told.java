package dev.rollcall.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when a collector goes away and when it is back, once each; the exporter says it always. */
final class Told implements SpanExporter {
  private static final Logger log = LoggerFactory.getLogger(Export.class);

  private final SpanExporter exporter;
  private final String endpoint;
  private final AtomicBoolean away = new AtomicBoolean();

  Told(SpanExporter exporter, String endpoint) {
    this.exporter = exporter;
    this.endpoint = endpoint;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> steps) {
    CompletableResultCode sent = exporter.export(steps);
    return sent.whenComplete(() -> told(sent));
  }

  private void told(CompletableResultCode sent) {
    boolean failed = !sent.isSuccess();
    if (away.getAndSet(failed) == failed) {
      return;
    }
    if (failed) {
      Throwable why = sent.getFailureThrowable();
      log.warn(
          "the collector at {} does not take traces, which are lost until it does: {}",
          endpoint,
          why == null ? "no reason is known" : cause(why).toString());
    } else {
      log.info("the collector at {} takes traces again", endpoint);
    }
  }

  private static Throwable cause(Throwable why) {
    Throwable cause = why;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}

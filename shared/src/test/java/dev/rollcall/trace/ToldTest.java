package dev.rollcall.trace;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A collector that is away is told of once, however often it is tried. */
class ToldTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Export.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private CompletableResultCode next = CompletableResultCode.ofSuccess();
  private final Told told = new Told(new Answering(), "http://collector:4318");

  private final class Answering implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> steps) {
      return next;
    }

    @Override
    public CompletableResultCode flush() {
      return next;
    }

    @Override
    public CompletableResultCode shutdown() {
      return next;
    }
  }

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
  }

  @Test
  void eachChangeIsOneLine() {
    export(CompletableResultCode.ofSuccess());
    assertThat(lines()).isEmpty();
    export(
        CompletableResultCode.ofExceptionalFailure(
            new IllegalStateException(new IOException("refused"))));
    export(CompletableResultCode.ofExceptionalFailure(new IOException("refused")));
    assertThat(lines())
        .containsExactly(
            "WARN the collector at http://collector:4318 does not take traces, which are lost until"
                + " it does: java.io.IOException: refused");
    export(CompletableResultCode.ofSuccess());
    export(CompletableResultCode.ofSuccess());
    export(CompletableResultCode.ofFailure());
    assertThat(lines())
        .hasSize(3)
        .contains("INFO the collector at http://collector:4318 takes traces again")
        .last()
        .asString()
        .endsWith("until it does: no reason is known");
  }

  private void export(CompletableResultCode answer) {
    next = answer;
    assertThat(told.export(List.of())).isSameAs(answer);
  }

  private List<String> lines() {
    return log.list.stream().map(it -> it.getLevel() + " " + it.getFormattedMessage()).toList();
  }
}

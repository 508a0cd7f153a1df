package dev.rollcall.orders;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** What is logged during a test, by anybody. */
final class TestLog implements BeforeEachCallback, AfterEachCallback {
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final ListAppender<ILoggingEvent> all = new ListAppender<>();

  @Override
  public void beforeEach(ExtensionContext context) {
    all.start();
    root.addAppender(all);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    root.detachAppender(all);
    all.stop();
  }

  /** Returns what an operator would have to look after. */
  List<String> warnings() {
    return List.copyOf(all.list).stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(event -> event.getLoggerName() + ": " + event.getFormattedMessage())
        .toList();
  }
}

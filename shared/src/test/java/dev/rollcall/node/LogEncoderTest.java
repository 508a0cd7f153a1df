package dev.rollcall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogEncoderTest {
  /** Breaks lines, ends strings, moves a terminal's cursor, and has half of a pair. */
  private static final String HOSTILE = "a\nb\r\n\"c\\ \u001b[2K\u0000 {}${x}\ud800 é\u2028\t,";

  private final LoggerContext context = new LoggerContext();

  @Test
  void aLineIsOfANodeAndOfWhatItIsAbout() throws Exception {
    LogEncoder.origin("chat-service", new NodeId("7d0f"));
    LoggingEvent event = event("missed on {}", "room:lobby");
    event.setKeyValuePairs(
        List.of(
            new KeyValuePair("topic", "room:lobby"),
            new KeyValuePair("session", "7d0f:12"),
            new KeyValuePair("count", 7),
            new KeyValuePair("nothing", null)));
    JsonObject line = json(event);
    assertThat(Instant.parse(line.getString("time"))).isEqualTo(Instant.ofEpochMilli(1_000));
    assertThat(line.remove("time")).isNotNull();
    assertThat(line)
        .isEqualTo(
            new JsonObject()
                .put("level", "WARN")
                .put("service", "chat-service")
                .put("node", "7d0f")
                .put("logger", "dev.rollcall.bridge.Bridge")
                .put("thread", "loop-1")
                .put("message", "missed on room:lobby")
                .put("topic", "room:lobby")
                .put("session", "7d0f:12")
                .put("count", 7));
  }

  @Test
  void whatIsLoggedTakesNoFieldOfOurs() throws Exception {
    LogEncoder.origin("chat-service", new NodeId("7d0f"));
    LoggingEvent event = event("said");
    event.setKeyValuePairs(
        List.of(new KeyValuePair("level", "INFO"), new KeyValuePair("node", "another")));
    JsonObject line = json(event);
    assertThat(line.getString("level")).isEqualTo("WARN");
    assertThat(line.getString("node")).isEqualTo("7d0f");
  }

  @Test
  void aStackTraceIsOnOneLine() throws Exception {
    LoggingEvent event = event("failed");
    event.setThrowableProxy(
        new ThrowableProxy(
            new IllegalStateException("outer", new IllegalArgumentException(HOSTILE))));
    JsonObject line = json(event);
    assertThat(line.getString("error")).isEqualTo("java.lang.IllegalStateException: outer");
    assertThat(line.getString("stack"))
        .contains("\tat dev.rollcall.node.LogEncoderTest.")
        .contains("Caused by: java.lang.IllegalArgumentException");
  }

  @Test
  void nobodyBreaksALineByWhatTheyAreCalled() throws Exception {
    LoggingEvent event = event("{} is not present", HOSTILE);
    event.setKeyValuePairs(
        List.of(new KeyValuePair("topic", HOSTILE), new KeyValuePair(HOSTILE, "value")));
    JsonObject line = json(event);
    String kept = HOSTILE.replace('\ud800', '?');
    assertThat(line.getString("topic")).isEqualTo(kept);
    assertThat(line.getString("message")).isEqualTo(kept + " is not present");

    String text = lines("text", event);
    assertThat(text).endsWith("is not present" + System.lineSeparator());
    assertThat(text.substring(0, text.length() - 1)).doesNotMatch("(?s).*\\p{Cntrl}.*");
  }

  @Test
  void whatIsLongIsCut() throws Exception {
    LoggingEvent event = event("{}", "x".repeat(100_000));
    event.setThrowableProxy(new ThrowableProxy(new Error("y".repeat(100_000))));
    assertThat(lines("json", event).length()).isLessThan(16 * 1024);
  }

  @Test
  void linesAreJsonInProductionUnlessItIsSaid() throws Exception {
    LoggingEvent event = event("said");
    assertThat(configured(Map.of("ROLLCALL_MODE", "production"), event)).startsWith("{");
    assertThat(configured(Map.of("ROLLCALL_MODE", "development"), event)).doesNotStartWith("{");
    assertThat(configured(Map.of("ROLLCALL_LOG_FORMAT", "json"), event)).startsWith("{");
    assertThat(
            configured(Map.of("ROLLCALL_MODE", "production", "ROLLCALL_LOG_FORMAT", "text"), event))
        .doesNotStartWith("{")
        .endsWith("d.rollcall.bridge.Bridge - said" + System.lineSeparator());
  }

  @Test
  void aFormatThatIsNoneIsRefusedAtTheStart() {
    Environment environment = new Environment(Map.of("ROLLCALL_LOG_FORMAT", "xml"));
    LogEncoder.check(environment);
    assertThatThrownBy(environment::check)
        .hasMessage("ROLLCALL_LOG_FORMAT must be text or json, not 'xml'");
  }

  private LoggingEvent event(String message, Object... arguments) {
    Logger logger = context.getLogger("dev.rollcall.bridge.Bridge");
    LoggingEvent event = new LoggingEvent("", logger, Level.WARN, message, null, arguments);
    event.setInstant(Instant.ofEpochMilli(1_000));
    event.setThreadName("loop-1");
    return event;
  }

  private JsonObject json(LoggingEvent event) {
    String lines = lines("json", event);
    assertThat(lines.indexOf('\n')).isEqualTo(lines.length() - 1);
    return new JsonObject(lines);
  }

  private String lines(String format, LoggingEvent event) {
    LogEncoder encoder = new LogEncoder();
    encoder.setContext(context);
    encoder.setFormat(format);
    encoder.start();
    return encoded(encoder, event);
  }

  /** As logback.xml says. */
  private static String configured(Map<String, String> variables, LoggingEvent event)
      throws Exception {
    LoggerContext fresh = new LoggerContext();
    variables.forEach(fresh::putProperty);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(fresh);
    configurator.doConfigure(LogEncoder.class.getResource("/logback.xml"));
    ConsoleAppender<ILoggingEvent> console =
        (ConsoleAppender<ILoggingEvent>)
            fresh.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console");
    return encoded(console.getEncoder(), event);
  }

  private static String encoded(Encoder<ILoggingEvent> encoder, LoggingEvent event) {
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }
}

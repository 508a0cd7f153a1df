package dev.rollcall.node;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.trace.Trace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.KeyValuePair;

/**
 * Makes lines of what is logged: for people, or as JSON for what collects and searches them.
 *
 * <pre>{@code
 * {"time":"2026-03-01T12:00:00.123Z","level":"WARN","service":"chat-service","node":"7d0f2a91",
 *  "logger":"dev.rollcall.bridge.Bridge","thread":"vert.x-eventloop-thread-1",
 *  "message":"what was missed on room:lobby is not known: …","topic":"room:lobby","session":"…"}
 * }</pre>
 *
 * <p>What belongs to it, such as {@code topic} and {@code session}, is given as key and value where
 * it is logged, and is a field here. Each event is one line of JSON, its stack trace too, whatever
 * is in it: users choose names and topics, and none of them can begin a line.
 */
public final class LogEncoder extends EncoderBase<ILoggingEvent> {
  static final String FORMAT = "ROLLCALL_LOG_FORMAT";
  private static final String LEVEL = "ROLLCALL_LOG_LEVEL";
  private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");
  private static final String JSON = "json";
  private static final String TEXT = "text";

  private static final String FOR_PEOPLE =
      "%d{HH:mm:ss.SSS} %-5level %logger{24} - %replace(%msg){'\\p{Cntrl}', ' '}%n";

  /** Container runtimes cut lines of more than 16 KiB, and a part of one is no JSON. */
  private static final int MAX_MESSAGE = 2_000;

  private static final int MAX_STACK = 10_000;

  /** A process is one node; where a test runs several, lines name the last that began. */
  private static volatile Map<String, String> origin = Map.of();

  private final JsonFactory factory = new JsonFactory();
  private Optional<PatternLayout> text = Optional.empty();
  private String format = TEXT;

  /** Says which node the lines of this process are of. */
  static void origin(String service, NodeId node) {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("service", service);
    names.put("node", node.value());
    origin = names;
  }

  /** A name that is none must not go unnoticed: there would be lines that nobody collects. */
  static void check(Environment environment) {
    String format = environment.text(FORMAT, TEXT);
    if (!format.equals(JSON) && !format.equals(TEXT)) {
      environment.problem(FORMAT + " must be text or json, not '" + format + "'");
    }
    String level = environment.text(LEVEL, "INFO");
    if (!LEVELS.contains(level.toUpperCase(Locale.ROOT))) {
      environment.problem(
          LEVEL + " must be one of " + String.join(", ", LEVELS) + ", not '" + level + "'");
    }
  }

  /**
   * Called by Logback, from logback.xml.
   *
   * @param format {@code json} or {@code text}; or how the process runs, where that is not said: in
   *     {@code production} it is JSON
   */
  public void setFormat(String format) {
    this.format = format;
  }

  @Override
  public void start() {
    if (!format.equals(JSON) && !format.equals("production")) {
      PatternLayout layout = new PatternLayout();
      layout.setContext(getContext());
      layout.setPattern(FOR_PEOPLE);
      layout.start();
      text = Optional.of(layout);
    }
    super.start();
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return text.map(layout -> layout.doLayout(event).getBytes(StandardCharsets.UTF_8))
        .orElseGet(() -> json(event));
  }

  private byte[] json(ILoggingEvent event) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    try (JsonGenerator json = factory.createGenerator(line)) {
      json.writeStartObject();
      for (Map.Entry<String, Object> field : fields(event).entrySet()) {
        json.writeFieldName(field.getKey());
        write(json, field.getValue());
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    line.write('\n');
    return line.toByteArray();
  }

  /** What is logged can't take the place of what is ours. */
  private static Map<String, Object> fields(ILoggingEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
    fields.put("level", event.getLevel().toString());
    fields.putAll(origin);
    fields.put("logger", event.getLoggerName());
    fields.put("thread", event.getThreadName());
    fields.put("message", shortened(event.getFormattedMessage(), MAX_MESSAGE));
    Trace.current().ifPresent(trace -> fields.put("trace_id", trace.id()));
    addError(event.getThrowableProxy(), fields);
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.stream()
          .filter(pair -> pair.value != null)
          .forEach(pair -> fields.putIfAbsent(pair.key, pair.value));
    }
    return fields;
  }

  private static void addError(IThrowableProxy fault, Map<String, Object> fields) {
    if (fault != null) {
      String message = fault.getMessage() == null ? "" : ": " + fault.getMessage();
      fields.put("error", shortened(fault.getClassName() + message, MAX_MESSAGE));
      fields.put("stack", shortened(ThrowableProxyUtil.asString(fault), MAX_STACK));
    }
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Integer || value instanceof Long) {
      json.writeNumber(((Number) value).longValue());
    } else if (value instanceof Boolean is) {
      json.writeBoolean(is);
    } else {
      json.writeString(clean(String.valueOf(value)));
    }
  }

  /** Half of a pair of surrogates has no encoding, and would end the line in the middle. */
  private static String clean(String said) {
    byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String shortened(String said, int length) {
    return said == null || said.length() <= length ? said : said.substring(0, length) + "…";
  }
}

package dev.rollcall.bridge;

import dev.rollcall.pubsub.Message;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** A message as the JSON that clients get: encoded once a node, quoted once more for SockJS. */
final class Encoded {
  private static final byte[] END = {'}', '}'};

  private final String event;
  private final long position;
  private final String session;
  private final byte[] json;
  private byte[] quoted;

  private Encoded(String event, long position, String session, byte[] json) {
    this.event = event;
    this.position = position;
    this.session = session;
    this.json = json;
  }

  /** A topic's message: the payload goes in as it is encoded already. */
  static Encoded of(Message message) {
    String session = message.session().orElse(null);
    return new Encoded(message.event(), message.position(), session, json(message));
  }

  static Encoded of(String topic, String event, JsonObject payload) {
    return of(new Message(topic, event, payload.toBuffer()));
  }

  private static byte[] json(Message message) {
    String begin =
        "{\"type\":\"rec\",\"address\":"
            + Json.encode(message.topic())
            + headers(message)
            + ",\"body\":{\"event\":"
            + Json.encode(message.event())
            + ",\"payload\":";
    Buffer payload = message.encodedPayload();
    byte[] head = begin.getBytes(StandardCharsets.UTF_8);
    byte[] json = new byte[head.length + payload.length() + END.length];
    System.arraycopy(head, 0, json, 0, head.length);
    payload.getBytes(json, head.length);
    System.arraycopy(END, 0, json, json.length - END.length, END.length);
    return json;
  }

  /** Neither a position nor a trace has what JSON would have to escape. */
  private static String headers(Message message) {
    if (message.position() == Message.NO_POSITION && message.trace().isEmpty()) {
      return "";
    }
    StringJoiner headers = new StringJoiner(",", ",\"headers\":{", "}");
    if (message.position() != Message.NO_POSITION) {
      headers.add("\"position\":\"" + message.position() + "\"");
    }
    message
        .trace()
        .ifPresent(trace -> headers.add("\"traceparent\":\"" + trace.traceparent() + "\""));
    return headers.toString();
  }

  /** Word for one client alone. */
  static Encoded frame(String json) {
    return new Encoded("", Message.NO_POSITION, null, json.getBytes(StandardCharsets.UTF_8));
  }

  String event() {
    return event;
  }

  long position() {
    return position;
  }

  /** Tells whether a connection said it, and is not told it. */
  boolean isFromSession() {
    return session != null;
  }

  /** Tells whether this connection said it. */
  boolean isFrom(Connection connection) {
    return session != null && session.equals(connection.sessionId());
  }

  int length() {
    return json.length;
  }

  /** Must not be changed. */
  byte[] json() {
    return json;
  }

  /** The JSON as a JSON string; must not be changed. */
  synchronized byte[] quoted() {
    if (quoted == null) {
      quoted = Json.encode(text()).getBytes(StandardCharsets.UTF_8);
    }
    return quoted;
  }

  String text() {
    return new String(json, StandardCharsets.UTF_8);
  }
}

package dev.rollcall.pubsub;

import dev.rollcall.trace.Trace;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a topic carries: an event and its payload. The payload stays encoded, so that passing a
 * message on costs no decoding and no subscriber can change what another one sees.
 */
public final class Message {
  /** Of a message that is not stored, and so can't be asked for again. */
  public static final long NO_POSITION = 0;

  private static final int MAX_EVENT_LENGTH = 64;

  private final String topic;
  private final String event;
  private final long position;
  private final String session;
  private final Trace trace;
  private final Buffer encodedPayload;
  private Object form;

  /** As the other constructor, of a message that is not stored. */
  public Message(String topic, String event, Buffer encodedPayload) {
    this(topic, event, NO_POSITION, encodedPayload);
  }

  /**
   * Returns a message.
   *
   * @param topic the topic it is broadcast on, see {@link Topic}
   * @param event what happened, such as {@code new_message}; 1 to 64 characters, none of which is a
   *     control character or half of one
   * @param position where it is stored among its topic's messages, from 1 on and without a hole, or
   *     {@link #NO_POSITION}
   * @param encodedPayload a JSON object in UTF-8; must not be written to
   */
  public Message(String topic, String event, long position, Buffer encodedPayload) {
    this(topic, event, position, null, null, encodedPayload);
  }

  private Message(
      String topic,
      String event,
      long position,
      String session,
      Trace trace,
      Buffer encodedPayload) {
    this.topic = Topic.check(topic);
    this.event = checkEvent(event);
    this.position = position;
    this.session = session;
    this.trace = trace;
    this.encodedPayload = encodedPayload;
    if (position < 0) {
      throw new IllegalArgumentException("a position is not negative: " + position);
    }
  }

  /**
   * Returns a message of a payload that is not encoded yet.
   *
   * @throws IllegalArgumentException when topic, event or payload are beyond their limits
   */
  public static Message of(String topic, String event, long position, JsonObject payload) {
    Buffer encoded = payload.toBuffer();
    if (encoded.length() > PubSub.MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "a payload has at most " + PubSub.MAX_PAYLOAD_BYTES + " bytes, not " + encoded.length());
    }
    return new Message(topic, event, position, encoded);
  }

  /**
   * Returns a message that goes not back to where it came from. It is none that is stored: who sent
   * it would have a hole.
   *
   * @param session see {@link #session}, or null
   */
  static Message from(String session, String topic, String event, Buffer encodedPayload) {
    return new Message(topic, event, NO_POSITION, session, null, encodedPayload);
  }

  /** Returns the same message as a part of a trace. */
  public Message within(Optional<Trace> of) {
    return of.isEmpty()
        ? this
        : new Message(topic, event, position, session, of.get(), encodedPayload);
  }

  private static String checkEvent(String event) {
    if (event.isEmpty() || event.length() > MAX_EVENT_LENGTH) {
      throw new IllegalArgumentException(
          "an event has 1 to " + MAX_EVENT_LENGTH + " characters, not " + event.length());
    }
    if (!Topic.isText(event)) {
      throw new IllegalArgumentException("an event has no control character or half of one");
    }
    return event;
  }

  public String topic() {
    return topic;
  }

  public String event() {
    return event;
  }

  public long position() {
    return position;
  }

  /** Returns the browser's connection that is not told of it, if there is one. */
  public Optional<String> session() {
    return Optional.ofNullable(session);
  }

  /** Returns the trace that it is a part of, if there is one. */
  public Optional<Trace> trace() {
    return Optional.ofNullable(trace);
  }

  /** Returns the payload as it travels; must not be written to. */
  public Buffer encodedPayload() {
    return encodedPayload;
  }

  /** Returns the payload, decoded anew at each call: the caller may keep and change it. */
  public JsonObject payload() {
    return new JsonObject(encodedPayload);
  }

  /**
   * Returns another form of this message, such as the bytes that go to a socket, made once for all
   * who ask on this node. It must not be changed.
   */
  public synchronized <T> T as(Class<T> type, Function<Message, T> make) {
    if (!type.isInstance(form)) {
      form = make.apply(this);
    }
    return type.cast(form);
  }
}

package dev.rollcall.pubsub;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A history that another service keeps, asked over the bus: {@code {"topic": T}} is answered {@code
 * {"last": 7}}, {@code {"topic": T, "after": 3, "limit": 100}} is answered {@code {"messages":
 * [{"position": 4, "event": E, "payload": TEXT}, …]}}, where the payload is JSON as text, so that
 * nobody in between reads it.
 */
final class BusHistory implements History {
  private static final Logger log = LoggerFactory.getLogger(History.class);

  static final int MAX_LIMIT = 2_000;

  /** An answer takes milliseconds; past this the service is away. */
  private static final long ANSWER_MILLIS = 3_000;

  private final EventBus bus;
  private final String address;

  BusHistory(EventBus bus, String address) {
    this.bus = bus;
    this.address = address;
  }

  @Override
  public Future<Long> last(String topic) {
    return ask(new JsonObject().put("topic", topic)).map(answer -> answer.getLong("last"));
  }

  @Override
  public Future<List<Message>> after(String topic, long position, int limit) {
    JsonObject question =
        new JsonObject().put("topic", topic).put("after", position).put("limit", limit);
    return ask(question)
        .map(
            answer ->
                answer.getJsonArray("messages").stream()
                    .map(each -> message(topic, (JsonObject) each))
                    .toList());
  }

  private Future<JsonObject> ask(JsonObject question) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(ANSWER_MILLIS);
    return bus.<JsonObject>request(address, question, options).map(answer -> answer.body());
  }

  private static Message message(String topic, JsonObject json) {
    return new Message(
        topic,
        json.getString("event"),
        json.getLong("position"),
        Buffer.buffer(json.getString("payload")));
  }

  /** Answers for others; a question that is none is refused with 400 {@code invalid_question}. */
  static Future<Void> answer(EventBus bus, String address, History history) {
    return bus.<Object>consumer(address, request -> answer(request, history)).completion();
  }

  private static void answer(io.vertx.core.eventbus.Message<Object> request, History history) {
    try {
      answer((JsonObject) request.body(), history)
          .onSuccess(request::reply)
          .onFailure(fault -> unavailable(request, fault));
    } catch (RuntimeException malformed) {
      request.fail(400, "invalid_question");
    }
  }

  private static Future<JsonObject> answer(JsonObject question, History history) {
    String topic = Topic.check(question.getString("topic"));
    if (!question.containsKey("after")) {
      return history.last(topic).map(last -> new JsonObject().put("last", last));
    }
    long after = question.getLong("after");
    int limit = question.getInteger("limit");
    if (after < 0 || limit < 1) {
      throw new IllegalArgumentException("after " + after + ", at most " + limit);
    }
    return history.after(topic, after, Math.min(MAX_LIMIT, limit)).map(BusHistory::encoded);
  }

  private static JsonObject encoded(List<Message> messages) {
    JsonArray json = new JsonArray();
    for (Message message : messages) {
      json.add(
          new JsonObject()
              .put("position", message.position())
              .put("event", message.event())
              .put("payload", message.encodedPayload().toString()));
    }
    return new JsonObject().put("messages", json);
  }

  private static void unavailable(io.vertx.core.eventbus.Message<Object> request, Throwable fault) {
    log.warn("{} can't be answered: {}", request.address(), fault.getMessage());
    request.fail(503, "unavailable");
  }
}

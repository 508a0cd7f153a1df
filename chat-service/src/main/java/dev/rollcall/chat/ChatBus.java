package dev.rollcall.chat;

import dev.rollcall.database.Database;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What browsers and other services ask of chat: {@code chat.messages.post} with {@code {"room",
 * "text", "client_id"}} and {@code chat.messages.list} with {@code {"room", "before"?}}. The header
 * {@code user} says who asks. Failures have the codes of HTTP: 400 with what is wrong, 503 {@code
 * unavailable} while the database is away, 500 {@code failed}.
 */
final class ChatBus {
  static final String POST = "chat.messages.post";
  static final String LIST = "chat.messages.list";
  static final String NEW_MESSAGE = "new_message";

  private static final Logger log = LoggerFactory.getLogger(ChatBus.class);

  private final Messages messages;
  private final PubSub pubSub;

  ChatBus(Messages messages, PubSub pubSub) {
    this.messages = messages;
    this.pubSub = pubSub;
  }

  /** Completes once the cluster knows where to ask. */
  Future<Void> register(EventBus bus) {
    return Future.all(
            bus.<Object>consumer(POST, request -> reply(request, this::post)).completion(),
            bus.<Object>consumer(LIST, request -> reply(request, this::list)).completion())
        .mapEmpty();
  }

  /** Stored first, then broadcast: nobody sees what is not kept. */
  private Future<JsonObject> post(JsonObject body, String user) {
    return messages.add(NewMessage.of(body, user)).map(this::announce);
  }

  private JsonObject announce(Messages.Stored stored) {
    StoredMessage message = stored.message();
    if (stored.fresh()) {
      pubSub.broadcast(message.room().topic(), NEW_MESSAGE, message.toJson());
    }
    return message.toJson();
  }

  private Future<JsonObject> list(JsonObject body, String user) {
    if (!(body.getValue("room") instanceof String room)) {
      throw new Refused(Refused.Code.INVALID_ROOM);
    }
    Object before = body.getValue("before", Long.MAX_VALUE);
    if (!(before instanceof Long) && !(before instanceof Integer)) {
      throw new Refused(Refused.Code.INVALID_BEFORE);
    }
    return messages.before(new Room(room), ((Number) before).longValue()).map(ChatBus::toJson);
  }

  private static JsonObject toJson(Messages.Page page) {
    JsonArray list = new JsonArray();
    page.messages().forEach(message -> list.add(message.toJson()));
    return new JsonObject().put("messages", list).put("more", page.more());
  }

  private interface Request {
    Future<JsonObject> answer(JsonObject body, String user);
  }

  private static void reply(Message<Object> message, Request request) {
    try {
      String user = message.headers().get("user");
      if (user == null) {
        throw new Refused(Refused.Code.NOT_SIGNED_IN);
      }
      if (!(message.body() instanceof JsonObject body)) {
        throw new Refused(Refused.Code.INVALID_BODY);
      }
      request
          .answer(body, user)
          .onSuccess(message::reply)
          .onFailure(failure -> fail(message, failure));
    } catch (Refused refused) {
      message.fail(400, refused.code().name().toLowerCase(Locale.ROOT));
    }
  }

  private static void fail(Message<Object> message, Throwable failure) {
    if (Database.unavailable(failure)) {
      message.fail(503, "unavailable");
    } else {
      log.error("{} failed", message.address(), failure);
      message.fail(500, "failed");
    }
  }
}

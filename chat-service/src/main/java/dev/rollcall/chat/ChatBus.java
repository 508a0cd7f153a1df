package dev.rollcall.chat;

import dev.rollcall.database.Database;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chat over the event bus: {@code chat.messages.post} and {@code chat.messages.list}. Failures have
 * the codes of HTTP: 400 with a {@link Rejection}, 503 {@code unavailable} while the database is
 * away, 500 {@code internal}.
 */
final class ChatBus {
  static final String POST = "chat.messages.post";
  static final String LIST = "chat.messages.list";

  /** The header that the bridge writes, from the token: no browser can. */
  static final String USER = "user";

  private static final Logger LOG = LoggerFactory.getLogger(ChatBus.class);
  private static final String NEW_MESSAGE = "new_message";

  private final Messages messages;
  private final PubSub pubSub;

  ChatBus(Messages messages, PubSub pubSub) {
    this.messages = messages;
    this.pubSub = pubSub;
  }

  /** Completes once the cluster knows where to post and to ask. */
  Future<Void> register(EventBus bus) {
    return Future.all(
            bus.<Object>consumer(POST, request -> answer(request, this::post)).completion(),
            bus.<Object>consumer(LIST, request -> answer(request, this::list)).completion())
        .mapEmpty();
  }

  private Future<JsonObject> post(Message<Object> request) {
    NewMessage message = NewMessage.from(request.headers().get(USER), body(request));
    return messages.store(message).onSuccess(this::announce).map(stored -> stored.message().json());
  }

  private Future<JsonObject> list(Message<Object> request) {
    return messages.list(History.from(body(request))).map(Page::json);
  }

  /** Only now, after the commit: nobody sees what is not stored. */
  private void announce(Stored stored) {
    if (!stored.before()) {
      StoredMessage message = stored.message();
      pubSub.broadcast(message.room().topic(), NEW_MESSAGE, message.json());
    }
  }

  private static JsonObject body(Message<Object> request) {
    if (request.body() instanceof JsonObject body) {
      return body;
    }
    throw new Rejected(Rejection.INVALID_BODY);
  }

  private static void answer(
      Message<Object> request, Function<Message<Object>, Future<JsonObject>> answer) {
    try {
      Database.bounded(answer.apply(request))
          .onSuccess(request::reply)
          .onFailure(failure -> fail(request, failure));
    } catch (Rejected rejected) {
      request.fail(400, rejected.reason().toString());
    }
  }

  private static void fail(Message<Object> request, Throwable failure) {
    if (Database.unavailable(failure)) {
      request.fail(503, "unavailable");
    } else {
      LOG.error("{} failed", request.address(), failure);
      request.fail(500, "internal");
    }
  }
}

package dev.rollcall.chat;

import dev.rollcall.database.Database;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chat over the event bus: who asks at an address is answered by {@link Chat}. Failures have the
 * codes of HTTP and a {@link Rejection} as their message, or 500 {@code internal}.
 */
final class ChatBus {
  static final String CREATE_ROOM = "chat.rooms.create";
  static final String LIST_ROOMS = "chat.rooms.list";
  static final String POST = "chat.messages.post";
  static final String LIST = "chat.messages.list";
  static final String EDIT = "chat.messages.edit";
  static final String DELETE = "chat.messages.delete";
  static final String READ = "chat.read";
  static final String TYPING = "chat.typing";

  private static final Logger LOG = LoggerFactory.getLogger(ChatBus.class);

  private final Map<String, Function<Request, Future<JsonObject>>> answers;

  ChatBus(Chat chat) {
    answers =
        Map.of(
            CREATE_ROOM, chat::createRoom,
            LIST_ROOMS, chat::listRooms,
            POST, chat::post,
            LIST, chat::list,
            EDIT, chat::edit,
            DELETE, chat::delete,
            READ, chat::read,
            TYPING, chat::typing);
  }

  /** Returns where users may ask. */
  Set<String> addresses() {
    return answers.keySet();
  }

  /** Completes once the cluster knows where to ask. */
  Future<Void> register(EventBus bus) {
    List<Future<Void>> registered =
        addresses().stream()
            .map(address -> bus.<Object>consumer(address, this::answer).completion())
            .toList();
    return Future.all(registered).mapEmpty();
  }

  private void answer(Message<Object> message) {
    Future.<Request>succeededFuture()
        .compose(begun -> answers.get(message.address()).apply(Request.of(message)))
        .onSuccess(message::reply)
        .onFailure(failure -> fail(message, failure));
  }

  private static void fail(Message<Object> message, Throwable failure) {
    if (failure instanceof Rejected rejected) {
      message.fail(rejected.reason().status(), rejected.reason().toString());
    } else if (Database.unavailable(failure)) {
      message.fail(Rejection.UNAVAILABLE.status(), Rejection.UNAVAILABLE.toString());
    } else {
      LOG.atError()
          .addKeyValue("session", message.headers().get("session"))
          .setCause(failure)
          .log("{} failed", message.address());
      message.fail(500, "internal");
    }
  }
}

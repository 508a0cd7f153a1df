package dev.rollcall.chat;

import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.LongSupplier;

/**
 * What users may ask of the chat. What is stored is announced by the transaction that stores it;
 * what is worth no storing, who types and how far somebody has read, is broadcast here.
 */
final class Chat {
  private static final String TYPING = "typing";
  private static final String READ = "read";

  private final Messages messages;
  private final Rooms rooms;
  private final PubSub pubSub;
  private final LongSupplier clockMillis;
  private final Posts posts;
  private final Typing typing = new Typing();

  /**
   * @param clockMillis of any beginning, never going back
   */
  Chat(Messages messages, Rooms rooms, PubSub pubSub, LongSupplier clockMillis) {
    this.messages = messages;
    this.rooms = rooms;
    this.pubSub = pubSub;
    this.clockMillis = clockMillis;
    this.posts = new Posts(messages::store);
  }

  Future<JsonObject> createRoom(Request request) {
    return rooms.create(NewRoom.from(request), request.user()).map(ListedRoom::json);
  }

  Future<JsonObject> listRooms(Request request) {
    return rooms.list(RoomsAfter.from(request), request.user()).map(RoomPage::json);
  }

  Future<JsonObject> post(Request request) {
    return posts.post(NewMessage.from(request)).map(StoredMessage::json);
  }

  Future<JsonObject> list(Request request) {
    return messages.list(History.from(request)).map(Page::json);
  }

  Future<JsonObject> edit(Request request) {
    return messages.edit(request.place(), request.user(), request.text()).map(StoredMessage::json);
  }

  Future<JsonObject> delete(Request request) {
    return messages.delete(request.place(), request.user()).map(StoredMessage::deletion);
  }

  /** The user's other tabs learn of it, on whichever node. */
  Future<JsonObject> read(Request request) {
    String user = request.user();
    return rooms
        .read(request.place(), user)
        .onSuccess(mark -> tellRead(user, mark))
        .map(ReadMark::json);
  }

  /** Who types is not told so, on that connection. */
  Future<JsonObject> typing(Request request) {
    Room room = request.room();
    String user = request.user();
    if (typing.isNews(room, user, clockMillis.getAsLong())) {
      JsonObject payload = new JsonObject().put("user", user);
      pubSub.broadcastFrom(request.session(), room.topic(), TYPING, payload);
    }
    return Future.succeededFuture(new JsonObject());
  }

  private void tellRead(String user, ReadMark mark) {
    if (mark.moved()) {
      pubSub.broadcast(PersonalTopic.of(user), READ, mark.json());
    }
  }
}

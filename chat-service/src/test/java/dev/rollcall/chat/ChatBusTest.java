package dev.rollcall.chat;

import static dev.rollcall.chat.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ChatBusTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private final AtomicLong nowMillis = new AtomicLong();
  private Vertx vertx;
  private ChatBus bus;
  private Heard heard;

  @BeforeEach
  void register() throws Exception {
    vertx = Vertx.vertx();
    heard = new Heard(SERVER.pubSub(), "room:lobby", "user:Ana", "user:Bob");
    Messages messages = SERVER.instance().messages();
    Rooms rooms = new Rooms(SERVER.database());
    bus = new ChatBus(new Chat(messages, rooms, SERVER.pubSub(), nowMillis::get));
    result(bus.register(vertx.eventBus()));
  }

  @AfterEach
  void close() throws Exception {
    heard.close();
    result(vertx.close());
  }

  @Test
  void whatIsPostedIsAnsweredAnnouncedAndListed() throws Exception {
    JsonObject stored = ask(ChatBus.POST, message("c-1", "hi"));

    assertThat(stored.fieldNames())
        .containsExactly("id", "room", "number", "user", "text", "client_id", "sent_at");
    assertThat(stored.getString("user")).isEqualTo("Ana");
    heard.next("new_message", stored);
    JsonObject page = ask(ChatBus.LIST, lobby());
    assertThat(page.getJsonArray("messages")).containsExactly(stored);
    assertThat(page.getBoolean("more")).isFalse();
  }

  @Test
  void whatIsPostedAgainIsAnsweredAndNotAnnounced() throws Exception {
    JsonObject stored = ask(ChatBus.POST, message("c-1", "hi"));

    assertThat(ask(ChatBus.POST, message("c-1", "hi"))).isEqualTo(stored);

    JsonObject other = ask(ChatBus.POST, message("c-2", "ho"));
    heard.next("new_message", stored);
    heard.next("new_message", other);
  }

  @Test
  void aClientIdOfAnotherMessageIsRefused() throws Exception {
    ask(ChatBus.POST, message("c-1", "hi"));

    assertFails(ChatBus.POST, message("c-1", "ho"), 409, "client_id_used");
    assertFails(ChatBus.POST, message("c-1", "hi").put("room", "tea"), 409, "client_id_used");
  }

  @Test
  void aRefusedPostCreatesNoRoomAndTakesNoneAway() throws Exception {
    ask(ChatBus.CREATE_ROOM, new JsonObject().put("room", "empty"));
    ask(ChatBus.POST, message("c-1", "hi"));

    assertFails(ChatBus.POST, message("c-1", "hi").put("room", "tea"), 409, "client_id_used");
    assertFails(ChatBus.POST, message("c-1", "hi").put("room", "empty"), 409, "client_id_used");

    assertThat(ask(ChatBus.LIST_ROOMS, new JsonObject()).getJsonArray("rooms"))
        .extracting(room -> ((JsonObject) room).getString("room"))
        .containsExactly("empty", "lobby");
  }

  @Test
  void theUserOfTheBodyCountsForNothing() throws Exception {
    JsonObject stored = ask(ChatBus.POST, message("c-1", "hi").put("user", "Eve"));

    assertThat(stored.getString("user")).isEqualTo("Ana");
  }

  @Test
  void pagesGoByNumber() throws Exception {
    for (int i = 1; i <= 3; i++) {
      ask(ChatBus.POST, message("c-" + i, "hi"));
    }

    JsonObject page = ask(ChatBus.LIST, lobby().put("before", 3).put("limit", 1));
    assertThat(page.getJsonArray("messages").getJsonObject(0).getInteger("number")).isEqualTo(2);
    assertThat(page.getBoolean("more")).isTrue();
  }

  @Test
  void aMessageIsEditedAndDeletedByItsAuthorAlone() throws Exception {
    JsonObject stored = ask(ChatBus.POST, message("c-1", "helo"));
    JsonObject place = lobby().put("number", 1);
    JsonObject edit = place.copy().put("text", "hello");
    heard.next("new_message", stored);

    JsonObject edited = ask(ChatBus.EDIT, edit);
    assertThat(edited.getString("text")).isEqualTo("hello");
    assertThat(edited.getString("edited_at")).isNotNull();
    heard.next("message_edited", edited);
    assertFails("Bob", ChatBus.EDIT, edit, 403, "not_the_author");
    assertFails("Bob", ChatBus.DELETE, place, 403, "not_the_author");

    JsonObject deleted = ask(ChatBus.DELETE, place);
    assertThat(deleted.fieldNames()).containsExactly("room", "number", "id", "deleted_at");
    heard.next("message_deleted", deleted);
    assertThat(ask(ChatBus.DELETE, place)).isEqualTo(deleted);
    assertFails(ChatBus.EDIT, edit, 409, "message_deleted");
    JsonObject tombstone = ask(ChatBus.LIST, lobby()).getJsonArray("messages").getJsonObject(0);
    assertThat(tombstone.getString("deleted_at")).isEqualTo(deleted.getString("deleted_at"));
    assertThat(tombstone.containsKey("text")).isFalse();
  }

  @Test
  void whatIsNotThereIsUnknown() {
    assertFails(ChatBus.EDIT, lobby().put("number", 9).put("text", "a"), 404, "unknown_message");
    assertFails(ChatBus.DELETE, lobby().put("number", 9), 404, "unknown_message");
    assertFails(ChatBus.READ, lobby().put("number", 1), 404, "unknown_room");
  }

  @Test
  void roomsAreCreatedAndListedWithWhatIsRead() throws Exception {
    JsonObject created = ask(ChatBus.CREATE_ROOM, new JsonObject().put("room", "tea"));
    assertThat(created)
        .isEqualTo(new JsonObject().put("room", "tea").put("last_number", 0).put("read_number", 0));
    ask(ChatBus.POST, message("c-1", "hi"));
    ask(ChatBus.READ, lobby().put("number", 1));

    JsonObject page = ask(ChatBus.LIST_ROOMS, new JsonObject().put("limit", 1));
    assertThat(page.getJsonArray("rooms"))
        .containsExactly(lobby().put("last_number", 1).put("read_number", 1));
    assertThat(page.getBoolean("more")).isTrue();
    assertThat(ask(ChatBus.LIST_ROOMS, new JsonObject().put("after", "lobby")))
        .isEqualTo(new JsonObject().put("rooms", new JsonArray().add(created)).put("more", false));
  }

  @Test
  void readingOnIsToldToTheUsersOtherTabsOnce() throws Exception {
    ask(ChatBus.POST, message("c-1", "hi"));
    heard.next();

    assertThat(ask(ChatBus.READ, lobby().put("number", 7))).isEqualTo(lobby().put("number", 1));
    assertThat(ask(ChatBus.READ, lobby().put("number", 1))).isEqualTo(lobby().put("number", 1));

    assertThat(heard.next())
        .satisfies(
            message -> {
              assertThat(message.topic()).isEqualTo("user:Ana");
              assertThat(message.event()).isEqualTo("read");
              assertThat(message.payload()).isEqualTo(lobby().put("number", 1));
              assertThat(message.position()).isZero();
            });
    ask(ChatBus.TYPING, lobby());
    assertThat(heard.next().event()).isEqualTo("typing");
  }

  @Test
  void whoTypesIsToldOnceInAWhileAndNotStored() throws Exception {
    for (int i = 0; i < 50; i++) {
      assertThat(ask(ChatBus.TYPING, lobby())).isEqualTo(new JsonObject());
    }
    nowMillis.addAndGet(Typing.PAUSE_MILLIS);
    ask(ChatBus.TYPING, lobby());
    result(vertx.eventBus().request(ChatBus.TYPING, lobby(), as("Bob")));

    heard.next("typing", new JsonObject().put("user", "Ana"));
    heard.next("typing", new JsonObject().put("user", "Ana"));
    heard.next("typing", new JsonObject().put("user", "Bob"));
    assertThat(heard.isEmpty()).isTrue();
    SERVER.settle();
    assertThat(SERVER.count("SELECT count(*) FROM outbox_announcements WHERE event = 'typing'"))
        .isZero();
  }

  @Test
  void whoTypesIsNotToldOnTheConnectionThatSaysIt() throws Exception {
    DeliveryOptions fromBrowser = as("Ana").addHeader(Request.SESSION, "node:7");
    result(vertx.eventBus().request(ChatBus.TYPING, lobby(), fromBrowser));

    assertThat(heard.next().session()).contains("node:7");
  }

  @Test
  void aMentionIsToldToWhoIsNamed() throws Exception {
    JsonObject stored = ask(ChatBus.POST, message("c-1", "@Bob?"));

    heard.next("new_message", stored);
    assertThat(heard.next().topic()).isEqualTo("user:Bob");
  }

  @Test
  void whatIsRejectedSaysWhy() {
    assertFails(ChatBus.POST, message("c-1", " "), 400, "invalid_text");
    assertFails(ChatBus.POST, new JsonObject(), 400, "invalid_room");
    assertFails(ChatBus.LIST, new JsonObject().put("room", "No"), 400, "invalid_room");
    assertFails(ChatBus.LIST, lobby().put("limit", 101), 400, "invalid_limit");
    assertFails(ChatBus.LIST, lobby().put("before", "x"), 400, "invalid_before");
    assertFails(ChatBus.CREATE_ROOM, lobby().put("title", ""), 400, "invalid_title");
    assertFails(ChatBus.LIST_ROOMS, new JsonObject().put("after", 7), 400, "invalid_after");
    assertFails(ChatBus.EDIT, lobby().put("number", 1), 400, "invalid_text");
    assertFails(ChatBus.DELETE, lobby().put("number", 0), 400, "invalid_number");
    assertFails(ChatBus.READ, lobby().put("number", "1"), 400, "invalid_number");
    assertFails(ChatBus.TYPING, new JsonObject(), 400, "invalid_room");
  }

  @Test
  void noAddressDiesOfABadBody() {
    for (String address : bus.addresses()) {
      for (Object body : new Object[] {null, "text", 7, new JsonArray(), true}) {
        assertFails(address, body, 400, "invalid_body");
      }
      JsonObject odd = new JsonObject().put("room", new JsonObject()).put("after", List.of());
      assertThatThrownBy(() -> ask(address, odd.put("limit", "x")))
          .cause()
          .isInstanceOfSatisfying(
              ReplyException.class, failed -> assertThat(failed.failureCode()).isEqualTo(400));
    }
  }

  @Test
  void whoAsksMustBeKnown() {
    JsonObject all = message("c-1", "hi").put("number", 1);
    for (String address : bus.addresses()) {
      if (!address.equals(ChatBus.LIST)) {
        assertThatThrownBy(() -> result(vertx.eventBus().request(address, all)))
            .cause()
            .hasMessage("invalid_user");
      }
    }
  }

  @Test
  void aDatabaseThatIsAwayIsUnavailableAndComesBack() throws Exception {
    SERVER.stop();
    try {
      assertFails(ChatBus.POST, message("c-1", "hi"), 503, "unavailable");
      assertFails(ChatBus.LIST, lobby(), 503, "unavailable");
      assertFails(ChatBus.LIST_ROOMS, new JsonObject(), 503, "unavailable");
      assertFails(ChatBus.DELETE, lobby().put("number", 1), 503, "unavailable");
    } finally {
      SERVER.start();
    }
    assertThat(
            result(
                SERVER.askUntilWell(
                    () -> vertx.eventBus().request(ChatBus.POST, message("c-2", "hi"), as("Ana")))))
        .isNotNull();
    assertThat(heard.next().payload().getString("client_id")).isEqualTo("c-2");
  }

  @Test
  void whatNobodyExpectedIsInternal() throws Exception {
    SERVER.run("ALTER TABLE messages RENAME TO away");
    try {
      assertFails(ChatBus.POST, message("c-1", "hi"), 500, "internal");
    } finally {
      SERVER.run("ALTER TABLE away RENAME TO messages");
    }
    SERVER.settle();
    assertThat(heard.isEmpty()).isTrue();
  }

  private static JsonObject lobby() {
    return new JsonObject().put("room", "lobby");
  }

  private static JsonObject message(String clientId, String text) {
    return lobby().put("text", text).put("client_id", clientId);
  }

  private JsonObject ask(String address, Object body) throws Exception {
    return ask("Ana", address, body);
  }

  private JsonObject ask(String user, String address, Object body) throws Exception {
    return result(vertx.eventBus().<JsonObject>request(address, body, as(user))).body();
  }

  private void assertFails(String address, Object body, int code, String message) {
    assertFails("Ana", address, body, code, message);
  }

  private void assertFails(String user, String address, Object body, int code, String message) {
    assertThatThrownBy(() -> ask(user, address, body))
        .cause()
        .isInstanceOfSatisfying(
            ReplyException.class, failed -> assertThat(failed.failureCode()).isEqualTo(code))
        .hasMessage(message);
  }

  private static DeliveryOptions as(String user) {
    return new DeliveryOptions().addHeader(Request.USER, user);
  }
}

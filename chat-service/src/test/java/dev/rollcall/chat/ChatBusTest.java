package dev.rollcall.chat;

import static dev.rollcall.chat.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ChatBusTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private final BlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
  private Vertx vertx;

  @BeforeEach
  void register() throws Exception {
    vertx = Vertx.vertx();
    PubSub pubSub = PubSub.local(vertx);
    pubSub.subscribe(
        "room:lobby", message -> heard.add(message.payload().put("event", message.event())));
    Messages messages = new Messages(SERVER.database().pool());
    result(new ChatBus(messages, pubSub).register(vertx.eventBus()));
  }

  @AfterEach
  void close() throws Exception {
    result(vertx.close());
  }

  @Test
  void whatIsPostedIsAnsweredAnnouncedAndListed() throws Exception {
    JsonObject stored = ask(ChatBus.POST, message("c-1", "hi"));

    assertThat(stored.fieldNames())
        .containsExactly("id", "room", "user", "text", "client_id", "sent_at");
    assertThat(stored.getString("user")).isEqualTo("Ana");
    assertThat(next()).isEqualTo(stored.copy().put("event", "new_message"));
    JsonObject page = ask(ChatBus.LIST, new JsonObject().put("room", "lobby"));
    assertThat(page.getJsonArray("messages")).containsExactly(stored);
    assertThat(page.getBoolean("more")).isFalse();
  }

  @Test
  void whatIsPostedAgainIsAnsweredAndNotAnnounced() throws Exception {
    JsonObject stored = ask(ChatBus.POST, message("c-1", "hi"));

    assertThat(ask(ChatBus.POST, message("c-1", "hi"))).isEqualTo(stored);

    JsonObject other = ask(ChatBus.POST, message("c-2", "ho"));
    assertThat(next().getLong("id")).isEqualTo(stored.getLong("id"));
    assertThat(next().getLong("id")).isEqualTo(other.getLong("id"));
  }

  @Test
  void theUserOfTheBodyCountsForNothing() throws Exception {
    JsonObject stored = ask(ChatBus.POST, message("c-1", "hi").put("user", "Eve"));

    assertThat(stored.getString("user")).isEqualTo("Ana");
  }

  @Test
  void whatIsRejectedSaysWhy() {
    assertFails(ChatBus.POST, message("c-1", " "), 400, "invalid_text");
    assertFails(ChatBus.POST, new JsonObject(), 400, "invalid_room");
    assertFails(ChatBus.POST, "text", 400, "invalid_body");
    assertFails(ChatBus.LIST, new JsonObject().put("room", "No"), 400, "invalid_room");
    assertFails(ChatBus.LIST, null, 400, "invalid_body");
  }

  @Test
  void aPostWithoutAUserIsRejected() {
    assertThatThrownBy(() -> result(vertx.eventBus().request(ChatBus.POST, message("c-1", "hi"))))
        .cause()
        .hasMessage("invalid_user");
  }

  @Test
  void aDatabaseThatIsAwayIsUnavailableAndComesBack() throws Exception {
    SERVER.stop();
    try {
      assertFails(ChatBus.POST, message("c-1", "hi"), 503, "unavailable");
      assertFails(ChatBus.LIST, new JsonObject().put("room", "lobby"), 503, "unavailable");
    } finally {
      SERVER.start();
    }
    assertThat(
            result(
                SERVER.askUntilWell(
                    () -> vertx.eventBus().request(ChatBus.POST, message("c-2", "hi"), asAna()))))
        .isNotNull();
    assertThat(next().getString("client_id")).isEqualTo("c-2");
  }

  @Test
  void whatNobodyExpectedIsInternal() throws Exception {
    result(SERVER.database().pool().query("ALTER TABLE messages RENAME TO away").execute());
    try {
      assertFails(ChatBus.POST, message("c-1", "hi"), 500, "internal");
    } finally {
      result(SERVER.database().pool().query("ALTER TABLE away RENAME TO messages").execute());
    }
    assertThat(heard).isEmpty();
  }

  private static JsonObject message(String clientId, String text) {
    return new JsonObject().put("room", "lobby").put("text", text).put("client_id", clientId);
  }

  private JsonObject next() throws InterruptedException {
    return heard.poll(30, TimeUnit.SECONDS);
  }

  private JsonObject ask(String address, Object body) throws Exception {
    return result(vertx.eventBus().<JsonObject>request(address, body, asAna())).body();
  }

  private void assertFails(String address, Object body, int code, String message) {
    assertThatThrownBy(() -> ask(address, body))
        .cause()
        .isInstanceOfSatisfying(
            ReplyException.class, failed -> assertThat(failed.failureCode()).isEqualTo(code))
        .hasMessage(message);
  }

  private static DeliveryOptions asAna() {
    return new DeliveryOptions().addHeader(ChatBus.USER, "Ana");
  }
}

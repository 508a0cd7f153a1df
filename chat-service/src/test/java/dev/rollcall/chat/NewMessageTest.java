package dev.rollcall.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewMessageTest {
  private static final JsonObject VALID =
      new JsonObject().put("room", "lobby").put("text", "hi").put("client_id", "c-1");

  @Test
  void aBodyIsRead() {
    assertThat(NewMessage.from("Ana", VALID))
        .isEqualTo(new NewMessage(new Room("lobby"), "Ana", "hi", "c-1"));
  }

  static Stream<String> goodTexts() {
    return Stream.of("a", " a\n", "a".repeat(2000), "\uD83D\uDE00".repeat(1000), "'; DROP");
  }

  @ParameterizedTest
  @MethodSource("goodTexts")
  void aTextIsKeptAsItIs(String text) {
    assertThat(NewMessage.from("Ana", VALID.copy().put("text", text)).text()).isEqualTo(text);
  }

  static Stream<Arguments> bad() {
    return Stream.of(
            bad("room", "invalid_room", null, "", "Lobby", 7, new JsonArray()),
            bad("text", "invalid_text", null, "", " \n\t", "a".repeat(2001), 7, new JsonObject()),
            bad("text", "invalid_text", "a\0b", "\uD83D", "a\uDE00", "\uDE00\uD83D"),
            bad("client_id", "invalid_client_id", null, "", "a b", "ä", "a\n", 7, "a".repeat(65)))
        .flatMap(arguments -> arguments);
  }

  private static Stream<Arguments> bad(String field, String reason, Object... values) {
    return Arrays.stream(values).map(value -> Arguments.of(field, value, reason));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void aBadFieldIsRejected(String field, Object value, String reason) {
    assertRejected("Ana", VALID.copy().put(field, value), reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"room", "text", "client_id"})
  void aMissingFieldIsRejected(String field) {
    JsonObject body = VALID.copy();
    body.remove(field);
    assertRejected("Ana", body, "invalid_" + field);
  }

  @Test
  void whoPostsMustBeKnown() {
    assertRejected(null, VALID, "invalid_user");
    assertRejected(" ", VALID, "invalid_user");
    assertRejected("a".repeat(257), VALID, "invalid_user");
    assertRejected("a\0", VALID, "invalid_user");
  }

  @Test
  void aHistoryBeginsAtTheNewestOrBeforeAnId() {
    JsonObject body = new JsonObject().put("room", "lobby");
    assertThat(History.from(body).before()).isEqualTo(Long.MAX_VALUE);
    assertThat(History.from(body.copy().putNull("before")).before()).isEqualTo(Long.MAX_VALUE);
    assertThat(History.from(body.copy().put("before", 42)).before()).isEqualTo(42);
    assertThat(History.from(body.copy().put("before", 1L << 40)).before()).isEqualTo(1L << 40);
  }

  static Stream<Object> badBefores() {
    return Stream.of(0, -1, 1.5, "42", true, new JsonObject());
  }

  @ParameterizedTest
  @MethodSource("badBefores")
  void anythingElseIsNoId(Object before) {
    assertThatThrownBy(
            () -> History.from(new JsonObject().put("room", "lobby").put("before", before)))
        .isInstanceOf(Rejected.class)
        .hasMessage("invalid_before");
  }

  private static void assertRejected(String user, JsonObject body, String reason) {
    assertThatThrownBy(() -> NewMessage.from(user, body))
        .isInstanceOf(Rejected.class)
        .hasMessage(reason);
  }
}

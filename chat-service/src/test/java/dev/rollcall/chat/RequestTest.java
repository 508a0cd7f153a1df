package dev.rollcall.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
  private static final JsonObject MESSAGE =
      new JsonObject().put("room", "lobby").put("text", "hi").put("client_id", "c-1");

  @Test
  void aMessageIsRead() {
    assertThat(NewMessage.from(new Request("Ana", null, MESSAGE)))
        .isEqualTo(new NewMessage(new Room("lobby"), "Ana", new Text("hi"), "c-1"));
  }

  static Stream<String> goodTexts() {
    return Stream.of("a", " a\n", "a".repeat(2000), "\uD83D\uDE00".repeat(1000), "'; DROP");
  }

  @ParameterizedTest
  @MethodSource("goodTexts")
  void aTextIsKeptAsItIs(String text) {
    Request request = new Request("Ana", null, MESSAGE.copy().put("text", text));
    assertThat(NewMessage.from(request).text().value()).isEqualTo(text);
  }

  static Stream<Arguments> badFields() {
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
  @MethodSource("badFields")
  void aBadFieldIsRejected(String field, Object value, String reason) {
    assertRejected(NewMessage::from, "Ana", MESSAGE.copy().put(field, value), reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"room", "text", "client_id"})
  void aMissingFieldIsRejected(String field) {
    JsonObject body = MESSAGE.copy();
    body.remove(field);
    assertRejected(NewMessage::from, "Ana", body, "invalid_" + field);
  }

  @Test
  void whoAsksMustBeKnown() {
    for (String nobody : new String[] {null, " ", "a".repeat(129), "a\0", "a\n", "\uD83D"}) {
      assertRejected(NewMessage::from, nobody, MESSAGE, "invalid_user");
      assertRejected(Request::user, nobody, MESSAGE, "invalid_user");
    }
    assertThat(new Request("a".repeat(128), null, MESSAGE).user()).hasSize(128);
  }

  @Test
  void aHistoryBeginsAtTheNewestOrBeforeANumber() {
    JsonObject body = new JsonObject().put("room", "lobby");
    assertThat(history(body).before()).isEqualTo(Long.MAX_VALUE);
    assertThat(history(body.copy().putNull("before")).before()).isEqualTo(Long.MAX_VALUE);
    assertThat(history(body.copy().put("before", 42)).before()).isEqualTo(42);
    assertThat(history(body.copy().put("before", 1L << 40)).before()).isEqualTo(1L << 40);
  }

  @Test
  void aPageHasFiftyUnlessItIsSaidAndAHundredAtMost() {
    JsonObject body = new JsonObject().put("room", "lobby");
    assertThat(history(body).limit()).isEqualTo(50);
    assertThat(history(body.copy().put("limit", 1)).limit()).isEqualTo(1);
    assertThat(history(body.copy().put("limit", 100)).limit()).isEqualTo(100);
    assertThat(RoomsAfter.from(new Request("Ana", null, new JsonObject())))
        .isEqualTo(new RoomsAfter("", 50));
  }

  static Stream<Object> notPositive() {
    BigInteger huge = BigInteger.ONE.shiftLeft(64);
    return Stream.of(0, -1, 1.5, "42", true, new JsonObject(), huge, Long.MIN_VALUE);
  }

  @ParameterizedTest
  @MethodSource("notPositive")
  void whatIsNoPositiveNumberIsRejected(Object value) {
    JsonObject body = new JsonObject().put("room", "lobby");
    assertRejected(History::from, "Ana", body.copy().put("before", value), "invalid_before");
    assertRejected(History::from, "Ana", body.copy().put("limit", value), "invalid_limit");
    assertRejected(RoomsAfter::from, "Ana", body.copy().put("limit", value), "invalid_limit");
    assertRejected(Request::place, "Ana", body.copy().put("number", value), "invalid_number");
  }

  @Test
  void moreThanAPageMayHaveIsRejected() {
    JsonObject body = new JsonObject().put("room", "lobby").put("limit", 101);
    assertRejected(History::from, "Ana", body, "invalid_limit");
    assertRejected(RoomsAfter::from, "Ana", body, "invalid_limit");
    assertRejected(History::from, "Ana", body.put("limit", 1L << 40), "invalid_limit");
  }

  @Test
  void aPlaceNamesARoomAndANumber() {
    JsonObject body = new JsonObject().put("room", "lobby").put("number", 3);
    assertThat(new Request("Ana", null, body).place()).isEqualTo(new Place(new Room("lobby"), 3));
    assertRejected(Request::place, "Ana", new JsonObject().put("number", 3), "invalid_room");
    assertRejected(Request::place, "Ana", new JsonObject().put("room", "a"), "invalid_number");
  }

  @Test
  void aRoomMayHaveATitle() {
    JsonObject body = new JsonObject().put("room", "tea");
    assertThat(NewRoom.from(new Request("Ana", null, body)))
        .isEqualTo(new NewRoom(new Room("tea"), null));
    assertThat(NewRoom.from(new Request("Ana", null, body.copy().put("title", "Té & co"))).title())
        .isEqualTo("Té & co");
    assertThat(
            NewRoom.from(new Request("Ana", null, body.copy().put("title", "a".repeat(80))))
                .title())
        .hasSize(80);
  }

  static Stream<Object> badTitles() {
    return Stream.of("", " ", "a\nb", "a\0", "\uD83D", "a".repeat(81), 7, true, new JsonArray());
  }

  @ParameterizedTest
  @MethodSource("badTitles")
  void aBadTitleIsRejected(Object title) {
    JsonObject body = new JsonObject().put("room", "tea").put("title", title);
    assertRejected(NewRoom::from, "Ana", body, "invalid_title");
  }

  static Stream<Object> badAfters() {
    return Stream.of("Tea", "-", "a".repeat(33), 7, true, new JsonObject());
  }

  @ParameterizedTest
  @MethodSource("badAfters")
  void roomsComeAfterARoom(Object after) {
    JsonObject body = new JsonObject().put("after", "tea").put("limit", 7);
    assertThat(RoomsAfter.from(new Request("Ana", null, body))).isEqualTo(new RoomsAfter("tea", 7));
    assertRejected(RoomsAfter::from, "Ana", body.copy().put("after", after), "invalid_after");
  }

  private static History history(JsonObject body) {
    return History.from(new Request(null, null, body));
  }

  private static void assertRejected(
      Consumer<Request> reader, String user, JsonObject body, String reason) {
    assertThatThrownBy(() -> reader.accept(new Request(user, null, body)))
        .isInstanceOf(Rejected.class)
        .hasMessage(reason);
  }
}

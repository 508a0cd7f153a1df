package dev.rollcall.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoomTest {
  private static final String LONGEST = "a-234567890123456789012345678901";

  @ParameterizedTest
  @ValueSource(strings = {"lobby", "a", "0", "a-b", "a-", "2024-plans", LONGEST})
  void aNameIsTaken(String name) {
    assertThat(new Room(name).topic()).isEqualTo("room:" + name);
    assertThat(Room.isTopic("room:" + name)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "-a", "Lobby", "a b", "a_b", "ä", "a\n", "room:a", LONGEST + "2"})
  void anythingElseIsNoRoom(String name) {
    assertThatThrownBy(() -> new Room(name))
        .isInstanceOf(Rejected.class)
        .hasMessage("invalid_room");
    assertThat(Room.isTopic("room:" + name)).isEqualTo(name == null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lobby", "rooms:lobby", "orders", "room"})
  void aTopicWithoutThePrefixIsNoRooms(String topic) {
    assertThat(Room.isTopic(topic)).isFalse();
  }
}

package dev.rollcall.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TypingTest {
  private static final Room LOBBY = new Room("lobby");
  private static final Room TEA = new Room("tea");

  private final Typing typing = new Typing();

  @Test
  void whoeverTypesIsToldOnceInAWhile() {
    assertThat(typing.isNews(LOBBY, "Ana", 0)).isTrue();
    for (int millis = 0; millis < Typing.PAUSE_MILLIS; millis += 10) {
      assertThat(typing.isNews(LOBBY, "Ana", millis)).isFalse();
    }
    assertThat(typing.isNews(LOBBY, "Ana", Typing.PAUSE_MILLIS)).isTrue();
    assertThat(typing.isNews(LOBBY, "Ana", Typing.PAUSE_MILLIS + 1)).isFalse();
  }

  @Test
  void othersAndOtherRoomsAreTheirOwn() {
    assertThat(typing.isNews(LOBBY, "Ana", 0)).isTrue();
    assertThat(typing.isNews(LOBBY, "Bob", 0)).isTrue();
    assertThat(typing.isNews(TEA, "Ana", 0)).isTrue();
  }

  @Test
  void beyondItsBoundNobodyIsToldUntilOthersAreForgotten() {
    for (int i = 0; i < Typing.MAX_TYPING; i++) {
      assertThat(typing.isNews(LOBBY, "u" + i, 0)).isTrue();
    }

    assertThat(typing.isNews(LOBBY, "Ana", 1)).isFalse();
    assertThat(typing.isNews(LOBBY, "Ana", Typing.PAUSE_MILLIS)).isTrue();
  }
}

package dev.rollcall.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {
  @ParameterizedTest
  @ValueSource(strings = {"orders", "room:lobby", "зал:1", "room:\uD83D\uDE00", "with spaces"})
  void aTextIsATopic(String name) {
    assertThat(Topic.check(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a\nb", "a\u0000", "a\u0085", "room:\uD83D", "\uDE00\uD83D", "\uDE00:x"})
  void whatCannotBeSaidOrWrittenIsNone(String name) {
    assertThat(Topic.valid(name)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> Topic.check(name));
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 257})
  void aNameHasAtMost256Characters(int length) {
    assertThat(Topic.valid("x".repeat(length))).isEqualTo(length == 256);
  }
}

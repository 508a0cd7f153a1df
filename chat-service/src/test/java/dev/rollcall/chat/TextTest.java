package dev.rollcall.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {
  @ParameterizedTest
  @CsvSource({
    "@ana, ana",
    "hello @ana, ana",
    "hello @ana., ana",
    "(@ana), ana",
    "'@ana, are you there?', ana",
    "@Ana_2, Ana_2",
    "@ana-maria.b!, ana-maria.b",
    "@ana..., ana",
    "@ana--, ana",
    "@Žofie: hi, Žofie",
    "@ana@bob, ana"
  })
  void whoIsMentionedIsRead(String text, String user) {
    assertThat(new Text(text).mentions()).containsExactly(user);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ana", "@", "@ ana", "mail ana@example.com", "@@ana", "a.@b", "@-a"})
  void nobodyIsMentioned(String text) {
    assertThat(new Text(text).mentions()).isEmpty();
  }

  @Test
  void severalAreMentionedOnceEach() {
    assertThat(new Text("@ana @bob\n@ana").mentions()).isEqualTo(Set.of("ana", "bob"));
  }

  @Test
  void noMoreThanTwentyAreMentioned() {
    String text =
        IntStream.rangeClosed(1, 30).mapToObj(i -> "@u" + i).collect(Collectors.joining(" "));

    assertThat(new Text(text).mentions()).hasSize(20).contains("u1", "u20").doesNotContain("u21");
  }

  @Test
  void aNameThatNobodyCanHaveIsNotReadAsAShorterOne() {
    assertThat(new Text("@" + "a".repeat(128)).mentions()).containsExactly("a".repeat(128));
    assertThat(new Text("@" + "a".repeat(129)).mentions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"@a.", "@a-", "@", "a@", "@a@"})
  void theWorstTextIsReadInNoTime(String part) {
    Text text = new Text(part.repeat(2000).substring(0, 2000));
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(1), () -> text.mentions());
  }
}

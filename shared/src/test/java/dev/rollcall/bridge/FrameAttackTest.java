package dev.rollcall.bridge;

import static dev.rollcall.bridge.Bytes.claim;
import static dev.rollcall.bridge.Bytes.frame;
import static dev.rollcall.bridge.Bytes.join;
import static dev.rollcall.bridge.Bytes.text;
import static dev.rollcall.bridge.Bytes.times;
import static dev.rollcall.bridge.Bytes.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that are cut anywhere are frames; those that are none end the connection, by a code. */
@ExtendWith({Targets.class, Bystanders.class})
class FrameAttackTest {
  private static final byte[] NOTHING = {};

  /** A client of every kind of frame, as it may be. */
  private static final byte[] SESSION =
      join(
          text("{'type':'register','address':'room:cut','replyAddress':'r1'}"),
          frame(Bytes.TEXT_WITH_MORE, utf8("{\"type\":\"send\",\"address\":\"echo\",")),
          frame(Bytes.PING, utf8("p")),
          frame(Bytes.MORE, utf8("\"replyAddress\":\"r2\",")),
          frame(Bytes.PONG, NOTHING),
          frame(Bytes.LAST, utf8("\"body\":\"grüße\"}")),
          frame(Bytes.BINARY, utf8("{\"type\":\"ping\"}")),
          text("{'type':'unregister','address':'room:cut','replyAddress':'r3'}"));

  private static final int ANSWERS = 4;

  /** Between two parts, so that they are read apart. */
  private static final long APART_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  @Test
  void aSessionMayBeCutAnywhere() throws IOException {
    try (Target target = Target.unlimited();
        RawClient client = RawClient.open(target, "ana")) {
      List<String> whole = answers(client.write(SESSION));
      assertThat(whole).hasSize(ANSWERS).anyMatch(answer -> answer.contains("grüße"));
      for (int cut = 1; cut < SESSION.length; cut++) {
        client.write(Arrays.copyOfRange(SESSION, 0, cut));
        LockSupport.parkNanos(APART_NANOS);
        client.write(Arrays.copyOfRange(SESSION, cut, SESSION.length));
        assertThat(answers(client)).as("cut at %s", cut).isEqualTo(whole);
      }
      for (byte each : SESSION) {
        client.write(new byte[] {each});
      }
      assertThat(answers(client)).as("byte by byte").isEqualTo(whole);
    }
  }

  private static List<String> answers(RawClient client) throws IOException {
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < ANSWERS; i++) {
      answers.add(client.frame().text());
    }
    answers.sort(null);
    return answers;
  }

  static Stream<Arguments> violations() {
    byte[] ping = utf8("{\"type\":\"ping\"}");
    byte[] half = frame(Bytes.TEXT_WITH_MORE, new byte[600_000]);
    return Stream.of(
        Arguments.of("unmasked", Bytes.unmasked(Bytes.TEXT, ping), 1002),
        Arguments.of("the first reserved bit", frame(Bytes.TEXT | 0x40, ping), 1002),
        Arguments.of("the second reserved bit", frame(Bytes.TEXT | 0x20, ping), 1002),
        Arguments.of("the third reserved bit", frame(Bytes.TEXT | 0x10, ping), 1002),
        Arguments.of("a data opcode that is none", frame(0x83, ping), 1002),
        Arguments.of("a control opcode that is none", frame(0x8B, NOTHING), 1002),
        Arguments.of("more of nothing", frame(Bytes.LAST, ping), 1002),
        Arguments.of(
            "a message within another",
            join(frame(Bytes.TEXT_WITH_MORE, ping), frame(Bytes.TEXT, ping)),
            1002),
        Arguments.of("a ping in parts", frame(0x09, NOTHING), 1002),
        Arguments.of("a long ping", frame(Bytes.PING, new byte[126]), 1002),
        Arguments.of("the longest length", claim(Bytes.TEXT, Long.MAX_VALUE), 1009),
        Arguments.of("a negative length", claim(Bytes.TEXT, -1), 1002),
        Arguments.of("the most negative length", claim(Bytes.TEXT, Long.MIN_VALUE), 1002),
        Arguments.of(
            "a length in too many bytes", new byte[] {-127, -2, 0, 1, 0, 0, 0, 0, 65}, 1002),
        Arguments.of("a frame too long", claim(Bytes.TEXT, Limits.MAX_READ_BYTES + 1), 1009),
        Arguments.of("parts too long", join(half, frame(Bytes.LAST, new byte[600_000])), 1009),
        Arguments.of("a close of one byte", frame(Bytes.CLOSE, new byte[1]), 1002),
        Arguments.of("a close with code 0", frame(Bytes.CLOSE, new byte[2]), 1002),
        Arguments.of("a close with code 1005", frame(Bytes.CLOSE, new byte[] {3, -19}), 1002),
        Arguments.of("a close with code 2999", frame(Bytes.CLOSE, new byte[] {11, -73}), 1002));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("violations")
  void whatIsNoFrameEndsTheConnectionByACode(String name, byte[] bytes, int status, Target target)
      throws IOException {
    try (RawClient client = RawClient.open(target, "eve").registered("room:eve")) {
      client.pour(join(bytes, text("{'type':'send','address':'secret'}")));
      assertThat(client.status()).as(name).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[null]", "[1]", "{}", "7", "[\"{}\",null]", "[["})
  void whatIsNoTextOverSockJsEndsTheConnection(String said, Target target) throws IOException {
    try (RawClient client = RawClient.connect(target.port())) {
      client.upgrade(target, "eve", "/eventbus/000/odd/websocket");
      assertThat(client.frame().text()).isEqualTo("o");
      client.write(frame(Bytes.TEXT, utf8(said)));
      assertThat(client.status()).isEqualTo(CloseCode.PROTOCOL_ERROR.status());
    }
  }

  @Test
  void afterItsCloseAClientIsNotHeard(Target target) throws IOException {
    try (RawClient client = RawClient.open(target, "eve")) {
      byte[] after = text("{'type':'send','address':'echo','replyAddress':'r','body':1}");
      client.pour(join(frame(Bytes.CLOSE, new byte[] {3, -24}), times(1_000, after)));
      assertThat(client.frame().status()).isEqualTo(1000);
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void whoDoesNotAnswerACloseIsCutOffAllTheSame(Target target) throws IOException {
    try (RawClient client = RawClient.open(target, "eve")) {
      client.write(Bytes.unmasked(Bytes.TEXT, NOTHING));
      assertThat(client.frame().status()).isEqualTo(1002);
      assertThat(client.rest()).isEmpty();
    }
  }
}

package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** JSON made to hurt who reads it is answered by a code; the next frame is followed as ever. */
@ExtendWith({Targets.class, Bystanders.class})
class HostileJsonTest {
  private static final int FRAME = Limits.MAX_FRAME_BYTES;

  /** So many of one kind, which is below what a client may send in a burst. */
  private static final int TIMES = 50;

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("[".repeat(FRAME), "invalid_json"),
        Arguments.of("{\"a\":".repeat(FRAME / 5), "invalid_json"),
        Arguments.of(
            "{\"type\":\"x\",\"address\":\"" + "y".repeat(60_000) + "\"}",
            "max_address_length_reached"),
        Arguments.of("{\"type\":\"x\",\"n\":" + "9".repeat(60_000) + "}", "invalid_json"),
        Arguments.of("{\"type\":\"x\",\"n\":0." + "9".repeat(60_000) + "}", "invalid_json"),
        Arguments.of("{\"type\":\"x\",\"n\":1e" + "9".repeat(60_000) + "}", "invalid_json"),
        Arguments.of("{\"" + "k".repeat(60_000) + "\":1}", "invalid_json"),
        Arguments.of("{\"type\":\"" + "\\u0000".repeat(10_000) + "\"}", "missing_address"),
        Arguments.of("{\"type\":\"register\",\"type\":\"x\",\"address\":\"a\"}", "invalid_type"),
        Arguments.of(
            "{\"__proto__\":{\"type\":\"register\",\"address\":\"room:a\"}}", "missing_type"),
        Arguments.of("{\"type\":{\"type\":\"register\"},\"address\":\"room:a\"}", "missing_type"),
        Arguments.of("\0", "invalid_json"),
        Arguments.of("\uFEFF{}", "missing_type"),
        Arguments.of(
            "{\"type\":\"register\",\"address\":\"room:a\",\"headers\":[]}", "invalid_headers"),
        Arguments.of(
            "{\"type\":\"register\",\"address\":\"room:a\",\"headers\":{\"position\":1e99}}",
            "invalid_headers"),
        Arguments.of(
            "{\"type\":\"register\",\"address\":\"room:a\",\"headers\":{\"phx_ref\":{}}}",
            "invalid_headers"));
  }

  @ParameterizedTest(name = "[{index}] {1}")
  @MethodSource("refused")
  void whatCannotBeReadIsRefusedAtOnce(String json, String code, Target target, Bystander bystander)
      throws IOException {
    try (RawClient client = RawClient.open(target, "eve")) {
      double before = target.count("rollcall.bridge.refused", "code", code);
      byte[] frame = Bytes.frame(Bytes.TEXT, Bytes.utf8(json));
      for (int i = 0; i < TIMES; i++) {
        client.write(frame);
      }
      for (int i = 0; i < TIMES; i++) {
        assertThat(client.frame().text()).contains("\"body\":\"" + code + "\"");
      }
      assertThat(target.count("rollcall.bridge.refused", "code", code) - before).isEqualTo(TIMES);
      settled(client);
    }
    bystander.assertUndisturbed(code);
  }

  /** What was said before this has been dealt with when the echo is back. */
  private static void settled(RawClient client) throws IOException {
    client.say("{'type':'send','address':'echo','replyAddress':'settled','body':{}}");
    assertThat(client.frame().text()).contains("\"address\":\"settled\"");
  }

  @ParameterizedTest
  @MethodSource("noTopics")
  void whatCannotNameATopicIsRefused(String topic, Target target) throws IOException {
    try (RawClient client = RawClient.open(target, "eve").registered("here:a")) {
      for (String prefix : new String[] {"room:", "here:"}) {
        client.say("{'type':'register','address':'" + prefix + topic + "','replyAddress':'r'}");
        assertThat(client.untilText("\"r\"")).contains("\"err\"");
      }
      settled(client);
    }
  }

  /** As they stand in JSON. */
  static Stream<String> noTopics() {
    return Stream.of("\\u0000", "a\\nb", "\\u007f", "\\ud800", "\\udc00\\ud800");
  }

  @Test
  void bytesThatAreNoTextAreRefused(Target target) throws IOException {
    try (RawClient client = RawClient.open(target, "eve")) {
      byte[] register = Bytes.utf8("{\"type\":\"register\",\"address\":\"room:??\"}");
      for (int[] pair : new int[][] {{0xFF, 0xFE}, {0xED, 0xA0}, {0xC3, 0x28}}) {
        register[register.length - 4] = (byte) pair[0];
        register[register.length - 3] = (byte) pair[1];
        client.write(Bytes.frame(Bytes.TEXT, register));
        assertThat(client.frame().text()).contains("invalid_json");
      }
      settled(client);
    }
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void whatIsReadComesBackAsItWasOrIsSaidToHaveFailed(String body, String back, Target target)
      throws IOException {
    try (RawClient client = RawClient.open(target, "eve")) {
      client.say("{'type':'send','address':'echo','replyAddress':'r','body':" + body + "}");
      assertThat(client.frame().text()).contains(back.replace('\'', '"'));
      settled(client);
    }
  }

  static Stream<Arguments> bodies() {
    String deep = "[".repeat(998) + "]".repeat(998);
    String digits = "7".repeat(1_000);
    return Stream.of(
        Arguments.of("{'__proto__':{'admin':true}}", "{'__proto__':{'admin':true}}"),
        Arguments.of("1e999999999", "'got':"),
        Arguments.of("-1e-999999999", "'got':"),
        Arguments.of(digits, digits),
        Arguments.of(deep, "'address':'r'"),
        Arguments.of("'\\ud800'", "'address':'r'"),
        Arguments.of("'\\u0000\\u2028'", "'address':'r'"),
        Arguments.of("{'a':1,'a':2}", "{'a':2}"));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void headersAreTakenOrRefusedAndNeverSayWhoSent(String headers, Target target)
      throws IOException {
    try (RawClient client = RawClient.open(target, "eve")) {
      client.say(
          "{'type':'send','address':'echo','replyAddress':'r','body':1,'headers':" + headers + "}");
      String answer = client.frame().text();
      assertThat(answer).contains("\"address\":\"r\"");
      if (answer.contains("\"rec\"")) {
        assertThat(new JsonObject(answer).getJsonObject("body").getString("user"))
            .isEqualTo("[eve]");
      }
      settled(client);
    }
  }

  static Stream<String> headers() {
    return Stream.of(
        "{'user':'ana'}",
        "{'USER':'ana'}",
        "{'User':'ana','uSER':'bob'}",
        "{'user':['ana']}",
        "{'user ':'ana',' user':'ana'}",
        "{'u\\u017fer':'ana'}",
        "{'user\\u0000':'ana'}",
        "{'':'ana'}",
        "{'a\\r\\nuser':'ana'}",
        "{'a':'b\\r\\nuser: ana'}",
        "{'a:b':'c','é':'ü','a':null,'b':{'c':[1]}}",
        "{'" + "h".repeat(50_000) + "':'v'}");
  }
}

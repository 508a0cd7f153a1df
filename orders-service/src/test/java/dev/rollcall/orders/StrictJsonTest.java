package dev.rollcall.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vertx.core.buffer.Buffer;
import io.vertx.openapi.validation.ValidatorException;
import java.nio.charset.Charset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " \r\n\t[1, 2.5e3, -0, true, null, \"\" ] ",
        "{\"a\": {\"a\": 1}, \"b\": [{\"a\": 1}, {\"a\": 1}]}",
        "{\"a\": 1, \"A\": 1}",
        "\"é\ud83d\udc26\\ud83d\\udc26\\u0000\""
      })
  void jsonPasses(String json) {
    assertThatCode(() -> StrictJson.check(Buffer.buffer(json))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1, \"a\": 1}",
        "{\"a\": 1, \"\\u0061\": 2}",
        "[{\"b\": {\"a\": 1, \"a\": {}}}]",
        "\ufeff{}",
        "{} // more",
        "/* more */ {}",
        "{'a': 1}",
        "{a: 1}",
        "[1,]",
        "[NaN]",
        "[01]",
        "[\"a\nb\"]",
        "{",
        "\u0000"
      })
  void whatOnlyResemblesJsonIsRefused(String json) {
    assertThatThrownBy(() -> StrictJson.check(Buffer.buffer(json)))
        .isInstanceOf(ValidatorException.class)
        .hasMessage("The body is not JSON in UTF-8 that names each field once");
  }

  @ParameterizedTest
  @ValueSource(strings = {"99999999.99999999999", "450.00000000000001", "1e-400", "-1e-400"})
  void aFractionThatADoubleDoesNotKeepIsRefused(String number) {
    assertThatThrownBy(() -> StrictJson.check(Buffer.buffer("[" + number + "]")))
        .isInstanceOf(ValidatorException.class)
        .hasMessage("A number of the body has more digits than are read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.0", "1e3", "0.1", "4.5e1", "0e-400", "1e400", "123456789012345678901"})
  void otherNumbersPass(String number) {
    assertThatCode(() -> StrictJson.check(Buffer.buffer("[" + number + "]")))
        .doesNotThrowAnyException();
  }

  /** At the end of what a decimal of Java's can have, and beyond it. */
  @ParameterizedTest
  @ValueSource(strings = {"100e2147483647", "1e99999999999", "1000e-2147483647", "1e-99999999999"})
  void noExponentIsAFaultOfOurs(String number) {
    Throwable refused = catchThrowable(() -> StrictJson.check(Buffer.buffer("[" + number + "]")));

    assertThat(refused)
        .satisfiesAnyOf(
            passed -> assertThat(passed).isNull(),
            wrong -> assertThat(wrong).isInstanceOf(ValidatorException.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "ISO-8859-1"})
  void anotherCharsetIsRefused(String charset) {
    Buffer json = Buffer.buffer("[\"é\"]".getBytes(Charset.forName(charset)));

    assertThatThrownBy(() -> StrictJson.check(json)).isInstanceOf(ValidatorException.class);
  }
}

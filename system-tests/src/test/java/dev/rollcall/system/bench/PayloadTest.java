package dev.rollcall.system.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PayloadTest {
  @Test
  void whatIsWrittenIsRead() {
    byte[] bytes = bytes(Payload.of(9_999, 999_999_999, Long.MAX_VALUE));
    assertThat(bytes).hasSize(Payload.LENGTH);
    assertThat(Payload.publisher(bytes, 0)).isEqualTo(9_999);
    assertThat(Payload.sequence(bytes, 0)).isEqualTo(999_999_999);
    assertThat(Payload.nanos(bytes, 0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void eachOfSeveralInOneFrameIsFound() {
    byte[] frame = bytes("a[\"" + Payload.of(1, 7, 0) + "\",\"" + Payload.of(2, 8, 1) + "\"]");
    int first = Payload.find(frame, 0, frame.length);
    int second = Payload.find(frame, first + Payload.LENGTH, frame.length);
    assertThat(Payload.sequence(frame, first)).isEqualTo(7);
    assertThat(Payload.publisher(frame, second)).isEqualTo(2);
    assertThat(Payload.find(frame, second + Payload.LENGTH, frame.length)).isEqualTo(-1);
  }

  @Test
  void onePartOfAPayloadIsNone() {
    byte[] bytes = bytes(Payload.of(1, 7, 0));
    assertThat(Payload.find(bytes, 0, bytes.length - 1)).isEqualTo(-1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

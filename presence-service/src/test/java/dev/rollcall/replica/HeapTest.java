package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 10_000})
  void aPresenceTakesAtMost400Bytes(int topics) {
    assertThat(HeapMeasurement.bytesAPresence(topics)).isLessThanOrEqualTo(400);
  }
}

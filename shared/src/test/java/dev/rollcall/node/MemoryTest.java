package dev.rollcall.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MemoryTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void theProcessHasMoreThanItsHeap() {
    Runtime heap = Runtime.getRuntime();
    assertThat(Memory.residentBytes())
        .isGreaterThan((double) (heap.totalMemory() - heap.freeMemory()));
  }

  @Test
  void aLimitIsANumberOrThereIsNone() {
    assertThat(Memory.limit("536870912")).isEqualTo(536_870_912);
    assertThat(Memory.limit("max")).isNaN();
    assertThat(Memory.limit("9223372036854771712")).isNaN();
    assertThat(Memory.limit("")).isNaN();
  }
}

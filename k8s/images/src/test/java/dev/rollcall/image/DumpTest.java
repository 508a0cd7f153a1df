package dev.rollcall.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class DumpTest {
  private static final int HEADER = 20;

  /** Where a header of 20 bytes ends, and what is aligned to 8 begins. */
  private static final int BODY = 24;

  @Test
  void clocksAndChecksumsAreCleared() {
    ByteBuffer settled = settled(dump(1, 1_050, 7, 1_000), dump(2, 2_060, 7, 2_000));

    assertThat(settled.getInt(4)).isZero();
    assertThat(settled.getLong(BODY)).isZero();
    assertThat(settled.getLong(BODY + 8)).isEqualTo(7);
  }

  @Test
  void whatIsSettledDoesNotTellWhenItWasDumped() {
    ByteBuffer settled = settled(dump(1, 1_050, 7, 1_000), dump(2, 2_060, 7, 2_000));

    assertThat(settled(dump(3, 9_030, 7, 9_000), dump(4, 9_920, 7, 9_900))).isEqualTo(settled);
  }

  @Test
  void aMomentThatIsTheSameInBothStays() {
    ByteBuffer settled = settled(dump(1, 1_050, 7, 1_000), dump(2, 1_050, 7, 1_000));

    assertThat(settled.getLong(BODY)).isEqualTo(1_050);
  }

  @Test
  void aWordThatIsNoMomentOfTheDumpIsOneDifferenceTooMany() {
    assertThat(dump(1, 999, 7, 1_000).settled(dump(2, 2_060, 7, 2_000))).isEmpty();
    assertThat(dump(1, 1_050, 7, 1_000).settled(dump(2, 2_101, 7, 2_000))).isEmpty();
    assertThat(dump(1, 1_050, 7, 1_000).settled(dump(2, 2_060, 8, 2_000))).isEmpty();
  }

  @Test
  void moreThanTwoWordsOfTheHeaderAreNotChecksums() {
    Dump first = dump(1, 5, 7, 0);
    Dump second = dump(2, 5, 7, 0);
    second.bytes().putInt(0, 5).putInt(16, 5);

    assertThat(first.settled(second)).isEmpty();
  }

  @Test
  void dumpsOfDifferentLengthsAreNotOfTheSameClasses() {
    Dump longer = new Dump(ByteBuffer.allocate(64), 0, 1);

    assertThat(dump(1, 5, 7, 0).settled(longer)).isEmpty();
  }

  private static ByteBuffer settled(Dump first, Dump second) {
    return first.settled(second).orElseThrow();
  }

  /** A header with a checksum and its own size, a moment, and something else; made in 100 ms. */
  private static Dump dump(int checksum, long moment, long other, long fromMillis) {
    ByteBuffer bytes = ByteBuffer.allocate(BODY + 16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4, checksum).putInt(12, HEADER).putLong(BODY, moment).putLong(BODY + 8, other);
    return new Dump(bytes, fromMillis, fromMillis + 100);
  }
}

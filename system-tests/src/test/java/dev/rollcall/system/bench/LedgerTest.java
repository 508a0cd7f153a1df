package dev.rollcall.system.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerTest {
  private final Ledger ledger = new Ledger(2, 2);

  @Test
  void eachPairIsSilentUntilItHearsAProbe() {
    ledger.take(0, 0, 0);
    ledger.take(0, 1, 0);
    ledger.take(1, 0, 0);
    ledger.take(1, 0, 0);
    assertThat(ledger.silent()).isEqualTo(1);
    ledger.take(1, 1, 0);
    assertThat(ledger.silent()).isZero();
    assertThat(ledger.duplicates()).isZero();
  }

  @Test
  void whatNeverCameIsLost() {
    assertThat(ledger.take(0, 0, 1)).isTrue();
    assertThat(ledger.take(0, 0, 4)).isTrue();
    assertThat(ledger.lost(0, 0, 4)).isEqualTo(2);
    assertThat(ledger.lost(0, 0, 6)).isEqualTo(4);
    assertThat(ledger.lost(1, 0, 6)).isEqualTo(6);
    assertThat(ledger.lost(0, 1, 0)).isZero();
  }

  @Test
  void whatComesLateIsReorderedAndNotLost() {
    ledger.take(0, 0, 2);
    assertThat(ledger.take(0, 0, 1)).isTrue();
    assertThat(ledger.reordered()).isEqualTo(1);
    assertThat(ledger.duplicates()).isZero();
    assertThat(ledger.lost(0, 0, 2)).isZero();
  }

  @Test
  void whatComesTwiceIsADuplicate() {
    ledger.take(0, 0, 1);
    assertThat(ledger.take(0, 0, 1)).isFalse();
    ledger.take(0, 0, 2);
    assertThat(ledger.take(0, 0, 1)).isFalse();
    assertThat(ledger.duplicates()).isEqualTo(2);
    assertThat(ledger.reordered()).isZero();
    assertThat(ledger.lost(0, 0, 2)).isZero();
  }

  @Test
  void onlySixtyFourAreRemembered() {
    ledger.take(0, 0, 1);
    ledger.take(0, 0, 64);
    assertThat(ledger.take(0, 0, 1)).isFalse();
    ledger.take(0, 0, 65);
    assertThat(ledger.take(0, 0, 1)).isTrue();
    assertThat(ledger.reordered()).isEqualTo(1);
  }

  @Test
  void aJumpOverTheWholeWindowForgetsNothingThatIsInIt() {
    ledger.take(0, 0, 1);
    ledger.take(0, 0, 100);
    assertThat(ledger.take(0, 0, 99)).isTrue();
    assertThat(ledger.take(0, 0, 99)).isFalse();
  }
}

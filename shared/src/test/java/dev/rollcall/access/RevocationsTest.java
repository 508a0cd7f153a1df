package dev.rollcall.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RevocationsTest {
  private static final long NOW = 1_800_000_000;

  private final Revocations one = new Revocations();
  private final Revocations other = new Revocations();

  private static Revocation of(String user, long issuedUntil) {
    return new Revocation(user, issuedUntil, issuedUntil + 60);
  }

  @Test
  void whoKnowTheSameHaveTheSameDigestInWhateverOrderTheyHeard() {
    one.add(of("ana", NOW));
    one.add(of("bob", NOW + 1));
    one.add(of("ana", NOW + 2));
    other.add(of("ana", NOW + 2));
    other.add(of("ana", NOW));
    other.add(of("bob", NOW + 1));
    assertThat(one.digest()).isEqualTo(other.digest());
    assertThat(one.all()).containsExactlyInAnyOrderElementsOf(other.all());
  }

  /** Java has one hash code for these two names. */
  @Test
  void whoKnowOthersHaveAnotherDigest() {
    one.add(of("Aa", NOW));
    other.add(of("BB", NOW));
    assertThat(one.digest()).isNotEqualTo(other.digest());
  }

  @Test
  void aRevocationCoversWhatWasIssuedByThenUntilItIsForgotten() {
    one.add(of("ana", NOW));
    assertThat(one.covers("ana", NOW)).isTrue();
    assertThat(one.covers("ana", NOW + 1)).isFalse();
    assertThat(one.covers("bob", NOW)).isFalse();
    one.forget(NOW + 59);
    assertThat(one.covers("ana", NOW)).isTrue();
    one.forget(NOW + 60);
    assertThat(one.covers("ana", NOW)).isFalse();
  }
}

package dev.rollcall.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.node.Ailments.Ailment;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AilmentsTest {
  private static final long LOOK_MILLIS = 1_000;
  private static final double SHARE = 0.1;

  private final Ailments ailments = new Ailments(SHARE);
  private long nowMillis;

  private Set<Ailment> look(Ailment... found) {
    nowMillis += LOOK_MILLIS;
    return ailments.look(Set.of(found), nowMillis);
  }

  /** Finds it in all looks until just before its limit. */
  private void almost(Ailment ailment) {
    look(ailment);
    for (long passed = LOOK_MILLIS; passed < ailment.limitMillis(SHARE); passed += LOOK_MILLIS) {
      assertThat(look(ailment)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatLastsUntilItsLimitIsTold(Ailment ailment) {
    almost(ailment);
    assertThat(look(ailment)).containsExactly(ailment);
    assertThat(look(ailment)).containsExactly(ailment);
    assertThat(look()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsGoneForOneLookBeginsAnew(Ailment ailment) {
    almost(ailment);
    look();
    almost(ailment);
  }

  @Test
  void whatBefallsAllNodesRestartsThemOneAfterAnother() {
    assertThat(Ailment.CUT_OFF.limitMillis(0)).isEqualTo(60_000);
    assertThat(Ailment.CUT_OFF.limitMillis(1)).isEqualTo(600_000);
    assertThat(Ailment.STRANDED.limitMillis(0)).isEqualTo(180_000);
    assertThat(Ailment.STRANDED.limitMillis(1)).isEqualTo(360_000);
  }

  @Test
  void eachHasItsOwnTime() {
    almost(Ailment.LOOP_STUCK);
    assertThat(look(Ailment.LOOP_STUCK, Ailment.CUT_OFF)).containsExactly(Ailment.LOOP_STUCK);
  }

  @Test
  void whoStoodStillHasTheirTimeOnceMore() {
    almost(Ailment.CUT_OFF);
    nowMillis += Ailments.LATE_MILLIS;
    almost(Ailment.CUT_OFF);
    assertThat(look(Ailment.CUT_OFF)).containsExactly(Ailment.CUT_OFF);
  }
}

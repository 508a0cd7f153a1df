package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.node.Environment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplicaConfigTest {
  @Test
  void whatIsNotSetHasItsDefault() {
    assertThat(ReplicaConfig.from(new Environment(Map.of()), 1_000))
        .isEqualTo(new ReplicaConfig(1_000, 4_000, new Window.Bounds(10, 500)));
  }

  @Test
  void aNodeMayAlwaysMissABeat() {
    Environment environment =
        new Environment(
            Map.of(
                "ROLLCALL_PRESENCE_DOWN_AFTER_MILLIS", "1999",
                "ROLLCALL_PRESENCE_MAX_WINDOW_MILLIS", "5001"));
    assertThatThrownBy(() -> ReplicaConfig.from(environment, 1_000))
        .hasMessageContaining("ROLLCALL_PRESENCE_DOWN_AFTER_MILLIS")
        .hasMessageContaining("ROLLCALL_PRESENCE_MAX_WINDOW_MILLIS");
  }

  @Test
  void aSlowHeartbeatHasALaterDeadline() {
    assertThat(ReplicaConfig.from(new Environment(Map.of()), 3_000).downAfterMillis())
        .isEqualTo(9_000);
  }

  @Test
  void aBeatThatIsLateIsNoDeafness() {
    Window.Bounds windows = new Window.Bounds(10, 500);
    assertThat(new ReplicaConfig(1_000, 2_000, windows).deafAfterMillis()).isEqualTo(1_500);
    assertThat(new ReplicaConfig(1_000, 4_000, windows).deafAfterMillis()).isEqualTo(2_000);
  }

  @Test
  void theWordThatAMemberLeftLeavesTimeForRelayedBeats() {
    Window.Bounds windows = new Window.Bounds(10, 500);
    assertThat(new ReplicaConfig(1_000, 4_000, windows).leftAfterMillis()).isEqualTo(2_400);
    assertThat(new ReplicaConfig(1_000, 10_000, windows).leftAfterMillis()).isEqualTo(2_400);
    assertThat(new ReplicaConfig(3_000, 9_000, windows).leftAfterMillis()).isEqualTo(4_800);
    assertThat(new ReplicaConfig(1_000, 2_000, windows).leftAfterMillis()).isEqualTo(2_000);
  }

  @Test
  void theWidestWindowIsNotBelowTheNarrowest() {
    Environment environment =
        new Environment(
            Map.of(
                "ROLLCALL_PRESENCE_MIN_WINDOW_MILLIS", "100",
                "ROLLCALL_PRESENCE_MAX_WINDOW_MILLIS", "99"));
    assertThatThrownBy(() -> ReplicaConfig.from(environment, 1_000))
        .hasMessageContaining("must not be below ROLLCALL_PRESENCE_MIN_WINDOW_MILLIS");
  }
}

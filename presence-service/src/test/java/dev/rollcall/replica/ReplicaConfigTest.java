package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.node.Environment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplicaConfigTest {
  @Test
  void whatIsNotSetHasItsDefault() {
    assertThat(ReplicaConfig.from(new Environment(Map.of())))
        .isEqualTo(new ReplicaConfig(4_000, 10));
  }

  @Test
  void aNodeMayAlwaysMissABeat() {
    Environment environment =
        new Environment(
            Map.of(
                "ROLLCALL_PRESENCE_DOWN_AFTER_MILLIS", "1999",
                "ROLLCALL_PRESENCE_WINDOW_MILLIS", "1001"));
    assertThatThrownBy(() -> ReplicaConfig.from(environment))
        .hasMessageContaining("ROLLCALL_PRESENCE_DOWN_AFTER_MILLIS")
        .hasMessageContaining("ROLLCALL_PRESENCE_WINDOW_MILLIS");
  }
}

package dev.rollcall.system.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Some of the faults that {@code system-tests/lab} knows. */
@NeedsLab
class LabIT {
  @Test
  void theSystemIsWholeAgainAfterEachFault() throws Exception {
    assertThat(LabRun.run(List.of("kill-chat", "partition-2-2")))
        .as("every row is whole; see above, and target/lab")
        .isTrue();
  }
}

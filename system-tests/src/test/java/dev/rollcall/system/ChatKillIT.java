package dev.rollcall.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.system.Kills.Aim;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Some of the runs that {@code system-tests/bench chat-kill} makes any number of. */
@Timeout(180)
class ChatKillIT {
  private static Deployment system;

  @BeforeAll
  static void start() throws Exception {
    system = ChatKillRun.start();
    System.out.println(ChatKillRun.COLUMNS);
  }

  @AfterAll
  static void close() {
    if (system != null) {
      system.close();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyClientHasEveryMessageOnceAndInOrder(long seed) throws Exception {
    ChatKillRun run = ChatKillRun.of(system, seed, List.of(Aim.ANYWHERE, Aim.UNNUMBERED));
    System.out.println(run.row());

    assertThat(run.faults()).isEmpty();
    assertThat(run.hits().kills()).isEqualTo(3);
    assertThat(run.hits().unnumbered()).as("killed before the numbering").isPositive();
    assertThat(run.returns()).isGreaterThan(10);
    assertThat(run.messages()).isGreaterThan(100);
    assertThat(run.loads()).as("rooms loaded anew").isLessThan(run.returns() / 5);
  }
}

package dev.rollcall.system.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The benchmark on a small scale: that it works, and that nothing is lost. */
class BridgeLoadIT {
  private static final Crowd.Size SIZE = new Crowd.Size(2, 10, 2);
  private static final int MESSAGES_A_SECOND = 100;
  private static final int GUESTS_A_SECOND = 20;

  @ParameterizedTest
  @CsvSource({"VERTX, RAW", "ROLLCALL, RAW", "ROLLCALL, SOCKJS"})
  void everySubscriberGetsEveryMessageOnce(Side side, Framing framing)
      throws IOException, InterruptedException {
    Load load =
        new Load(
            1,
            false,
            MESSAGES_A_SECOND,
            GUESTS_A_SECOND,
            0,
            Duration.ofMillis(500),
            Duration.ofSeconds(2));
    Tokens tokens = Tokens.of(SIZE.members());
    try (Servers servers = Servers.start(side, 1, Machine.unpinned(), List.of("-Xmx256m"));
        Traffic traffic = new Traffic(servers, tokens, SIZE, framing, Duration.ZERO, load)) {
      Traffic.Result result = traffic.run();
      assertThat(result.problem()).isEmpty();
      assertThat(result.lost()).isZero();
      assertThat(result.guests() > 0).isEqualTo(side.acknowledges());
      assertThat(result.lostByGuests()).isZero();
      assertThat(result.duplicates()).isZero();
      assertThat(result.reordered()).isZero();
      assertThat(result.deliveries()).isGreaterThan(1_000);
      assertThat(result.cpuSeconds()).isPositive();
      assertThat(result.allocatedBytes()).isPositive();
    }
  }
}

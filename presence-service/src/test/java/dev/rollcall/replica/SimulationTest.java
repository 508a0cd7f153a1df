package dev.rollcall.replica;

import static org.junit.jupiter.api.Assertions.assertAll;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Whole clusters in virtual time. {@code -Drollcall.seed=N} replays one seed, {@code
 * -Drollcall.seeds=N} runs as many fresh ones.
 */
class SimulationTest {
  private static final int SEEDS = 500;

  @Test
  void everySeedKeepsWhatPresencePromises() {
    Long seed = Long.getLong("rollcall.seed");
    if (seed != null) {
      Simulation.run(seed);
      return;
    }
    int seeds = Integer.getInteger("rollcall.seeds", SEEDS);
    long first = System.nanoTime() & 0xFFFFFFFFFFL;
    ConcurrentLinkedQueue<Violation> violations = new ConcurrentLinkedQueue<>();
    LongStream.range(first, first + seeds)
        .parallel()
        .filter(fresh -> violations.size() < 20)
        .forEach(
            fresh -> {
              try {
                Simulation.run(fresh);
              } catch (Violation violation) {
                violations.add(violation);
              }
            });
    assertAll(violations.stream().map(SimulationTest::thrown));
  }

  private static Executable thrown(Violation violation) {
    return () -> {
      throw violation;
    };
  }
}

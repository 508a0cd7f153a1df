package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shows that each checker of the simulation bites: a fault is planted in the production sources,
 * and some seed must find it. The healthy sources pass the same way.
 */
class PlantedFaultsTest {
  /** What the known seed does not find any more one of so many must. */
  private static final int SEEDS = 300;

  private static final int HEALTHY_SEEDS = 20;

  static Stream<Plant> plants() {
    return Plants.all();
  }

  @ParameterizedTest
  @MethodSource("plants")
  void aPlantedFaultIsFound(Plant plant) {
    PlantedClasses classes = PlantedClasses.with(plant.edits());
    Optional<String> violation =
        LongStream.concat(LongStream.of(plant.seed()), LongStream.rangeClosed(1, SEEDS))
            .mapToObj(classes::violationOf)
            .flatMap(Optional::stream)
            .findFirst();
    assertThat(violation).as("within %d seeds", SEEDS).isPresent();
    assertThat(plant.checkers()).as(violation.get()).anyMatch(violation.get()::startsWith);
  }

  @Test
  void whereNothingIsPlantedNothingIsFound() {
    PlantedClasses healthy = PlantedClasses.with(List.of());
    assertThat(LongStream.rangeClosed(1, HEALTHY_SEEDS).mapToObj(healthy::violationOf))
        .allMatch(Optional::isEmpty);
  }

  @Test
  void everyCheckerBites() {
    assertThat(plants().map(Plant::checkers).filter(checkers -> checkers.size() == 1))
        .contains(
            List.of("Convergence"),
            List.of("NoGhosts"),
            List.of("NoFalseLeaves"),
            List.of("DiffsFoldToList"),
            List.of("BoundedMemory"),
            List.of("FewStates"));
  }
}

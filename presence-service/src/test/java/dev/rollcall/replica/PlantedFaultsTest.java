package dev.rollcall.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
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

  private static final List<String> CHECKERS =
      List.of(
          "Convergence",
          "NoGhosts",
          "NoFalseLeaves",
          "DiffsFoldToList",
          "BoundedMemory",
          "FewStates");

  private static final Set<String> BITTEN = new HashSet<>();

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
    String checker = violation.get().substring(0, violation.get().indexOf(':'));
    assertThat(plant.checkers()).as(violation.get()).contains(checker);
    BITTEN.add(checker);
  }

  @Test
  void whereNothingIsPlantedNothingIsFound() {
    PlantedClasses healthy = PlantedClasses.with(List.of());
    assertThat(LongStream.rangeClosed(1, HEALTHY_SEEDS).mapToObj(healthy::violationOf))
        .allMatch(Optional::isEmpty);
  }

  @AfterAll
  static void everyCheckerHasBitten() {
    assertThat(BITTEN).containsAll(CHECKERS);
  }
}

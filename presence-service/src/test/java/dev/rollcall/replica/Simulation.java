package dev.rollcall.replica;

import java.util.Random;

/**
 * A whole cluster in one thread and in virtual time: the production trackers, replicas and views
 * behind a network that misbehaves, with people who come and go. Everything follows from the seed.
 *
 * <p>At each change that a browser is told of: what it folds is what its node lists
 * (DiffsFoldToList), and nobody's last meta leaves who was there all along on a node that nothing
 * happened to (NoFalseLeaves). Every 50 ms, once it has been calm for long enough: every view has
 * everybody (Convergence) and nobody else (NoGhosts), and every 500 ms: what is kept is bounded by
 * who is there (BoundedMemory). At the end: what was sent is bounded by what changed (FewStates),
 * and of one seed in 48 everybody goes home, of whom nothing may be left (BoundedMemory).
 */
final class Simulation {
  /**
   * A replica remembers who is silent for ten minutes, and claims for twice that; who follows for
   * two minutes.
   */
  private static final long NIGHT_MILLIS = 1_210_000;

  private static final long LEASE_MILLIS = 125_000;

  /** So many words that a node follows no more may be lost, or overtaken, in one night. */
  private static final int LOST_WORDS = 20;

  private final long seed;
  private final World world;
  private final People people;
  private final Checkers checkers;
  private final Weather weather;

  private Simulation(long seed) {
    this.seed = seed;
    this.world = new World(new Random(seed * 0x9E3779B97F4A7C15L));
    Oracle oracle = new Oracle();
    this.people = new People(world, oracle);
    this.checkers = new Checkers(world, oracle);
    this.weather = new Weather(world, people, checkers);
    world.isSeenBy(checkers);
  }

  /**
   * Runs a seed.
   *
   * @throws Violation with the one line that replays it
   */
  static void run(long seed) {
    Simulation simulation = new Simulation(seed);
    try {
      simulation.run();
    } catch (Violation violation) {
      throw simulation.describe(violation.getMessage(), violation);
    } catch (RuntimeException | StackOverflowError fault) {
      throw simulation.describe("NoFault: " + fault, fault);
    }
  }

  private void run() {
    weather.begin();
    people.begin();
    world.pass(6_000);
    weather.calm();
    for (int fault = 3 + world.below(3); fault > 0; fault--) {
      weather.strike();
      weather.calm();
      world.pass(world.oneIn(3) ? Unrest.SETTLE_MILLIS + 5_000 : world.below(4_000));
    }
    world.pass(Unrest.SETTLE_MILLIS + 6_000);
    checkers.checkTraffic();
    if (world.oneIn(48)) {
      night();
    }
  }

  /** Everybody goes home, at last those who call: nothing may be left of them. */
  private void night() {
    weather.night();
    people.sleep();
    world.pass(LEASE_MILLIS);
    people.callMore();
    world.pass(60_000);
    people.stopCalling();
    world.pass(30_000);
    checkers.checkFollowers(LOST_WORDS);
    world.pass(NIGHT_MILLIS);
    checkers.checkFollowers(0);
    checkers.checkNothingIsLeft();
  }

  private Violation describe(String what, Throwable cause) {
    String replay =
        String.format(
            "at %d ms, weather %s; replay: mvn test -pl shared,presence-service"
                + " -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Drollcall.seed=%d",
            world.sinceStart(), weather.name(), seed);
    Violation described = new Violation(what, replay);
    described.initCause(cause);
    return described;
  }
}

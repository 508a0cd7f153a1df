package dev.rollcall.replica;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What goes wrong, one thing after the other, and what each leaves in unrest. */
final class Weather {
  /** In calm weather a node that crashed is not seen for longer. */
  private static final long CRASH_SEEN_MILLIS = 3_700;

  private final World world;
  private final People people;
  private final Checkers checkers;
  private final int replicaCount;
  private final Unrest replicas = new Unrest();
  private String name = "start";

  Weather(World world, People people, Checkers checkers) {
    this.world = world;
    this.people = people;
    this.checkers = checkers;
    this.replicaCount = 3 + world.below(3);
  }

  String name() {
    return name;
  }

  void begin() {
    for (int i = 0; i < replicaCount; i++) {
      world.boot(true);
    }
    for (int i = world.oneIn(6) ? 5 + world.below(3) : 2 + world.below(3); i > 0; i--) {
      bootNode();
    }
    disturbAll();
  }

  void strike() {
    switch (world.below(14)) {
      case 0 -> crashOneNode();
      case 1 -> stopOneNode();
      case 2, 3 -> restartReplicas(1, world.oneIn(2));
      case 4 -> restartReplicas(replicaCount, false);
      case 5 -> rollReplicas();
      case 6, 12 -> freezeReplica();
      case 7 -> freezeNode();
      case 8 -> partition(false);
      case 9 -> partition(true);
      case 10 -> badNetwork();
      case 13 -> jumpClock();
      default -> cutOneLink();
    }
  }

  /** Nothing goes wrong any more, and whoever is missing is started again. */
  void calm() {
    name = name.startsWith("calm") ? name : "calm after " + name;
    world.unrest.end(world.now());
    world.living().forEach(process -> process.unrest.end(world.now()));
    world.healLinks();
    world.disturbLinks(0.01, 0.01, 20);
    while (world.replicas().size() < replicaCount) {
      world.boot(true);
    }
    while (world.nodes().size() < 2) {
      bootNode();
    }
  }

  void night() {
    name = "night";
  }

  private void crashOneNode() {
    name = "node crash";
    Instance node = world.any(world.nodes());
    if (world.unrest.isOver(world.now())) {
      world.disturbLinks(0, 0, 20);
      world.after(CRASH_SEEN_MILLIS, () -> checkGone(node));
    }
    crash(node);
    world.unrest.strike(world.now());
    bootNode();
    world.pass(world.below(8_000));
  }

  private void checkGone(Instance crashed) {
    if (name.equals("node crash")) {
      checkers.checkGone(crashed);
    }
  }

  private void stopOneNode() {
    name = "node stops";
    stop(world.any(world.nodes()));
    world.unrest.strike(world.now());
    bootNode();
    world.pass(world.below(8_000));
  }

  private void restartReplicas(int count, boolean graceful) {
    name = count == 1 ? "replica restart" : "all replicas restart";
    List<Instance> some = new ArrayList<>(world.replicas());
    Collections.shuffle(some, world.random());
    for (Instance replica : some.subList(0, Math.min(count, some.size()))) {
      if (graceful) {
        stop(replica);
      } else {
        crash(replica);
      }
    }
    replicaFault();
    world.unrest.begin();
    world.pass(world.below(12_000));
    calm();
    world.pass(world.below(8_000));
    replicaFault();
  }

  private void rollReplicas() {
    name = "replicas roll";
    if (world.oneIn(2)) {
      world.disturbLinks(0.05, 0.05, 100);
    }
    for (Instance replica : world.replicas()) {
      stop(replica);
      replicaFault();
      world.boot(true);
      world.pass(1_000 + world.below(7_000));
    }
    replicaFault();
  }

  private void freezeReplica() {
    name = "replica stands still";
    replicaFault();
    if (world.oneIn(3)) {
      name += " while a node crashes";
      Instance node = world.any(world.nodes());
      world.after(world.below(2_000), () -> crash(node));
      bootNode();
    }
    freeze(world.any(world.replicas()));
    replicaFault();
  }

  private void freezeNode() {
    name = "node stands still";
    Instance node = world.any(world.nodes());
    node.unrest.begin();
    world.unrest.begin();
    freeze(node);
  }

  /** Half of the time about as long as others take to miss it: else nothing is unclear. */
  private void freeze(Instance process) {
    boolean unclear = world.oneIn(2);
    long millis = unclear ? 3_000 + world.below(1_300) : 500 + world.below(12_000);
    process.freeze(millis);
    world.pass(millis + 100);
  }

  /** Two sides, and at times some between them whom both hear. */
  private void partition(boolean oneWay) {
    name = oneWay ? "one-way partition" : "partition";
    List<Instance> all = new ArrayList<>(world.living());
    Collections.shuffle(all, world.random());
    int left = 1 + world.below(all.size() - 1);
    int right = world.oneIn(3) ? left + world.below(all.size() - left) : left;
    for (Instance a : all.subList(0, left)) {
      for (Instance b : all.subList(right, all.size())) {
        world.cut(a, b);
        if (!oneWay) {
          world.cut(b, a);
        }
      }
    }
    disturbAll();
    world.pass(500 + world.below(10_000));
    if (world.oneIn(3)) {
      restartWhileSplit();
    }
    world.pass(500 + world.below(10_000));
    if (world.oneIn(3)) {
      crashWhileHealing();
    }
  }

  /** What starts in its place is on the same side. */
  private void restartWhileSplit() {
    Instance old = world.any(world.living());
    if (world.oneIn(2)) {
      stop(old);
    } else {
      crash(old);
    }
    world.pass(world.below(3_000));
    Instance fresh = old.isReplica() ? world.boot(true) : bootNode();
    world.putInPlaceOf(old, fresh);
    fresh.unrest.begin();
  }

  private void crashWhileHealing() {
    calm();
    name = "a replica crashes while a partition heals";
    world.pass(world.below(1_500));
    crash(world.any(world.replicas()));
    replicaFault();
    world.pass(world.below(3_000));
  }

  private void badNetwork() {
    name = "bad network";
    world.disturbLinks(
        world.random().nextDouble() * 0.4, world.random().nextDouble() * 0.3, world.below(1_500));
    disturbAll();
    world.pass(2_000 + world.below(10_000));
  }

  /** One process's clock, which can't go back, goes on by more than the time that has passed. */
  private void jumpClock() {
    name = "clock jumps";
    Instance process = world.any(world.living());
    process.jumpClock(world.oneIn(4) ? 7_200_000 : 1_000 + world.below(60_000));
    people.clockJumped();
    if (process.isReplica()) {
      replicaFault();
    }
    world.pass(world.below(8_000));
  }

  /** Between one node and one replica: others have both, so nobody may notice. */
  private void cutOneLink() {
    name = "one link cut";
    Instance node = world.any(world.nodes());
    Instance replica = world.any(world.replicas());
    int ways = world.below(3);
    if (ways != 0) {
      world.cut(node, replica);
    }
    if (ways != 1) {
      world.cut(replica, node);
    }
    if (!replicas.isOver(world.now() - 10_000)) {
      node.unrest.begin();
      world.unrest.begin();
    }
    world.unrest.strike(world.now());
    world.pass(1_000 + world.below(25_000));
    world.unrest.strike(world.now());
  }

  private Instance bootNode() {
    Instance node = world.boot(false);
    people.enter(node);
    return node;
  }

  private void crash(Instance process) {
    process.crash();
    people.lose(process);
  }

  private void stop(Instance process) {
    people.cutOff(process);
    process.stop();
    if (world.replicas().stream().noneMatch(other -> other.replica.isReady())) {
      people.leaveNothing(process);
    }
  }

  private void disturbAll() {
    world.unrest.begin();
    world.living().forEach(process -> process.unrest.begin());
  }

  private void replicaFault() {
    replicas.strike(world.now());
    world.unrest.strike(world.now());
  }
}

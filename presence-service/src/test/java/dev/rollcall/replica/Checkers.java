package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.Ref;
import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What must hold, and is looked at all the time. Each violation names its checker. */
final class Checkers implements World.Witness {
  /**
   * In calm weather nothing takes longer to be seen everywhere: two seconds each time that a
   * message is lost, of which one in a hundred is.
   */
  private static final long LAG_MILLIS = 8_000;

  /** In calm weather whoever came back is not seen twice for longer. */
  private static final long SECOND_TAB_MILLIS = 1_000;

  /**
   * Around a link that is cut what is new comes with a digest and a pull, of which one is lost; and
   * whose view has missed a diff asks within two seconds for what it may have brought.
   */
  private static final long SECOND_TAB_AROUND_MILLIS = 4_000;

  /** How often it is counted what everybody keeps. */
  private static final long COUNT_MILLIS = 500;

  private final World world;
  private final Oracle oracle;
  private final Positions positions = new Positions();
  private long nextCountMillis;
  private long calmDiffs;
  private long calmStates;

  Checkers(World world, Oracle oracle) {
    this.world = world;
    this.oracle = oracle;
  }

  @Override
  public void received(Instance by, PresenceMessage message) {
    if (message instanceof Diff diff) {
      positions.said(diff.topic(), diff.position(), diff.digest());
      calmDiffs += isCalm() ? 1 : 0;
    } else if (message instanceof Answer answer) {
      answer.states().forEach(s -> positions.said(s.topic(), s.position(), s.digest()));
      long again = answer.states().stream().filter(s -> by.node.knows(s.topic())).count();
      calmStates += isCalm() ? again : 0;
    }
  }

  @Override
  public void changed(Instance observer, String topic) {
    observer
        .node
        .standing(topic)
        .ifPresent(standing -> positions.check(observer.name, topic, standing));
  }

  /** Only a replica that has caught up may answer. */
  @Override
  public void known(Instance observer, String topic) {
    changed(observer, topic);
    Set<Ref> missing = certain(topic);
    missing.removeAll(observer.node.listed(topic));
    missing.removeIf(ref -> isDisturbed(world.named(ref.node().value())));
    missing.removeIf(ref -> !world.named(ref.node().value()).isAlive());
    if (!missing.isEmpty() && !isDisturbed(observer)) {
      throw new Violation(
          "Convergence", observer.name + " is given " + topic + " without " + missing);
    }
  }

  /** A key was there for long, or is seen to leave by a ref that has not come to its end. */
  @Override
  public void lastLeft(Instance observer, String topic, String key, Set<Ref> refs) {
    Set<Ref> steady = oracle.steady(topic, key, world.now(), LAG_MILLIS);
    refs.stream().filter(ref -> oracle.lasts(ref, world.now())).forEach(steady::add);
    if (World.TRACE) {
      System.out.println(
          world.sinceStart()
              + (" LASTLEFT " + observer.name + " " + key + " " + topic + " steady " + steady));
    }
    boolean disturbed =
        isDisturbed(observer)
            || steady.stream().anyMatch(ref -> isDisturbed(world.named(ref.node().value())));
    if (!steady.isEmpty() && !disturbed) {
      throw new Violation(
          "NoFalseLeaves", observer.name + " saw " + key + " leave " + topic + ": " + steady);
    }
  }

  @Override
  public void look() {
    oracle.prune(world.now());
    if (!isCalm()) {
      return;
    }
    Map<String, Set<Ref>> certain = new HashMap<>();
    for (Instance process : world.nodes()) {
      for (String topic : process.node.topics()) {
        if (process.node.knows(topic)) {
          checkView(process, topic, certain.computeIfAbsent(topic, this::certain));
        }
      }
    }
    for (Instance process : world.replicas()) {
      if (!process.replica.isReady()) {
        throw new Violation("Convergence", process.name + " is not ready");
      }
    }
    if (world.now() >= nextCountMillis) {
      nextCountMillis = world.now() + COUNT_MILLIS;
      checkMemory();
    }
  }

  /** The cluster manager's word makes an end of it sooner than silence does. */
  void checkGone(Instance crashed) {
    for (Instance process : world.nodes()) {
      for (String room : People.ROOMS) {
        if (process.node.knows(room)
            && process.node.listed(room).stream().anyMatch(ref -> ref.node().equals(crashed.id))) {
          throw new Violation("NoGhosts", process.name + " still has " + crashed.name);
        }
      }
    }
  }

  /** What is kept is bounded by who is there. */
  private void checkMemory() {
    Map<NodeId, Long> lasting = oracle.byNode(world.now(), LAG_MILLIS);
    for (Instance process : world.living()) {
      long here = lasting.getOrDefault(process.id, 0L);
      if (process.node.tracked() > here) {
        throw new Violation(
            "BoundedMemory", process.name + " tracks " + process.node.tracked() + " of " + here);
      }
    }
    int living = world.living().size();
    long topics = oracle.topics(world.now(), LAG_MILLIS);
    // One whose last operations were lost, with some that linger, is down until it is forgotten.
    long down = world.missed() + 1;
    for (Instance process : world.replicas()) {
      Replica.Counts counts = process.replica.counts();
      if (counts.topics() > topics || counts.nodesDown() > down) {
        throw new Violation(
            "BoundedMemory", process.name + " keeps " + counts + " of " + topics + " and " + down);
      }
      if (counts.nodesUp() != living) {
        throw new Violation("Convergence", process.name + " has up " + counts + " of " + living);
      }
    }
  }

  /**
   * Nobody is kept as a follower of more than the rooms.
   *
   * @param more topics whose followers' last words may have been lost
   */
  void checkFollowers(int more) {
    int followed = world.replicas().stream().mapToInt(p -> p.replica.counts().followed()).sum();
    if (followed > People.ROOMS.size() + more) {
      throw new Violation("BoundedMemory", "replicas keep followers of " + followed);
    }
  }

  /** When everybody has long been gone nothing is left of them. */
  void checkNothingIsLeft() {
    for (Instance process : world.living()) {
      if (process.node.tracked() + process.node.kept() > 0) {
        throw new Violation(
            "BoundedMemory",
            process.name + " tracks " + process.node.tracked() + ", keeps " + process.node.kept());
      }
    }
    for (Instance process : world.replicas()) {
      Replica.Counts counts = process.replica.counts();
      if (counts.topics() + counts.presences() + counts.nodesDown() + counts.unfinished() > 0) {
        throw new Violation("BoundedMemory", process.name + " keeps at night " + counts);
      }
    }
  }

  /** Who has a list is given it anew where a diff was lost: seldom. */
  void checkTraffic() {
    if (calmStates > calmDiffs / 10 + 40) {
      throw new Violation("FewStates", calmStates + " lists for " + calmDiffs + " diffs");
    }
  }

  private void checkView(Instance process, String topic, Set<Ref> certain) {
    Set<Ref> listed = process.node.listed(topic);
    if (!listed.containsAll(certain)) {
      Set<Ref> missing = new HashSet<>(certain);
      missing.removeAll(listed);
      throw new Violation("Convergence", process.name + " misses " + missing + " on " + topic);
    }
    for (Ref ref : listed) {
      if (!oracle.isPossible(ref, topic, world.now(), LAG_MILLIS)) {
        throw new Violation("NoGhosts", process.name + " has " + ref + " on " + topic);
      }
    }
    oracle
        .seenTwice(listed, world.now(), secondTabMillis(process))
        .ifPresent(old -> seenTwice(process, old, topic));
  }

  private Set<Ref> certain(String topic) {
    return oracle.certain(topic, world.now(), LAG_MILLIS);
  }

  private long secondTabMillis(Instance process) {
    boolean undisturbed =
        world.isWhole(SECOND_TAB_AROUND_MILLIS) && process.hasEveryDiff(SECOND_TAB_AROUND_MILLIS);
    return undisturbed ? SECOND_TAB_MILLIS : SECOND_TAB_AROUND_MILLIS;
  }

  private static void seenTwice(Instance process, Ref old, String topic) {
    throw new Violation("NoGhosts", process.name + " has " + old + " twice on " + topic);
  }

  private boolean isCalm() {
    return world.unrest.isOver(world.now());
  }

  private boolean isDisturbed(Instance process) {
    return !process.unrest.isOver(world.now());
  }
}

package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Delta;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.pubsub.NodeId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A node's real tracker, and a real view, for tests of what is made of them elsewhere. */
public final class TestNode {
  private final Tracker tracker;

  public TestNode(NodeId node, String member, int logLimit) {
    tracker = new Tracker(node, member, logLimit);
  }

  /** Does one random thing. */
  public void act(RandomGenerator random) {
    long session = random.nextInt(4);
    String topic = "room:" + random.nextInt(3);
    switch (random.nextInt(6)) {
      case 0 -> tracker.untrack(session, topic, "ana");
      case 1 -> tracker.update(session, topic, "ana", "{\"n\":" + random.nextInt(9) + "}");
      case 2 -> tracker.close(session);
      default -> tracker.track(session, topic, "ana", "{}");
    }
  }

  public Optional<Delta> flush() {
    return tracker.flush();
  }

  public Beat beat() {
    return tracker.beat();
  }

  public PresenceMessage answer(Pull pull) {
    return tracker.answer(pull);
  }

  /** Returns what is tracked. */
  public Set<Entry> entries() {
    Object all = tracker.answer(new Pull(new NodeId("any"), Long.MAX_VALUE));
    return new HashSet<>(((PresenceMessage.Snapshot) all).entries());
  }

  /** One topic's list on a node. */
  public static final class Follower {
    private final View view;

    public Follower(String topic) {
      view = new View(topic);
    }

    public void receive(Diff diff) {
      view.receive(diff);
    }

    public void receive(State state) {
      view.receive(state);
    }

    public boolean behind() {
      return view.behind();
    }

    public Position position() {
      return view.position();
    }

    public Collection<Entry> entries() {
      return view.entries();
    }
  }
}

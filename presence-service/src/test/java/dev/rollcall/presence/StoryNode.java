package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Replaced;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** One node's real tracker and views, for stories: what its listeners see is told in words. */
public final class StoryNode implements Views.Outbox {
  /** Takes what the node sends, and what its listeners see. */
  public interface Surroundings {
    void toReplica(NodeId replica, PresenceMessage message);

    void toAllReplicas(PresenceMessage message);

    void seen(String what);
  }

  /** So few that a story of a log that is too short is a short one. */
  private static final int LOG_LIMIT = 2;

  /** One for all: a session tracks any number of keys. */
  private static final long SESSION = 1;

  private final Surroundings surroundings;
  private final Tracker tracker;
  private final Views views;

  public StoryNode(NodeId id, String member, Surroundings surroundings) {
    this.surroundings = surroundings;
    this.tracker = new Tracker(id, member, LOG_LIMIT, Tracker.HANDED_LIMIT);
    this.views = new Views(id, this);
  }

  public void track(String topic, String key) {
    tracker.track(SESSION, topic, key, "{}", null);
  }

  public void untrack(String topic, String key) {
    tracker.untrack(SESSION, topic, key, Reason.UNTRACKED);
  }

  public void follow(String topic, long nowMillis) {
    views.follow(topic, nowMillis);
  }

  public void beat() {
    surroundings.toAllReplicas(tracker.beat());
  }

  public void tick(Set<String> members, long nowMillis) {
    tracker.tick(nowMillis);
    views.members(members);
    views.tick(nowMillis);
  }

  /** Returns whether anything was sent. */
  public boolean flush() {
    List<PresenceMessage.Delta> deltas = tracker.flush();
    deltas.forEach(surroundings::toAllReplicas);
    return !deltas.isEmpty();
  }

  public void goodbye(long nowMillis) {
    flush();
    tracker.goodbye(nowMillis).forEach(surroundings::toAllReplicas);
  }

  public void receive(PresenceMessage message, long nowMillis) {
    if (message instanceof Pull pull) {
      List<PresenceMessage> answers = tracker.answer(pull, nowMillis);
      answers.forEach(answer -> surroundings.toReplica(pull.asker(), answer));
    } else if (message instanceof PullPiece pull) {
      tracker
          .answer(pull, nowMillis)
          .ifPresent(piece -> surroundings.toReplica(pull.asker(), piece));
    } else if (message instanceof Replaced word) {
      tracker.receive(word);
    } else {
      views.receive(message, nowMillis);
    }
  }

  @Override
  public void toReplica(NodeId replica, PresenceMessage message) {
    surroundings.toReplica(replica, message);
  }

  @Override
  public void known(String topic) {
    Collection<Entry> all = views.view(topic).roster().all();
    String list = all.stream().map(StoryNode::name).sorted().collect(Collectors.joining(" "));
    surroundings.seen("the list: " + (list.isEmpty() ? "nobody" : list));
  }

  @Override
  public void changed(String topic, View.Change change) {
    List<String> words = new ArrayList<>();
    change.joins().forEach(entry -> words.add("+" + name(entry)));
    change.leaves().forEach(left -> words.add("-" + name(left.entry()) + " " + left.reason()));
    if (!words.isEmpty()) {
      surroundings.seen(words.stream().sorted().collect(Collectors.joining(" ")));
    }
  }

  @Override
  public void stale(boolean stale) {
    if (views.size() > 0) {
      surroundings.seen(stale ? "that its lists are stale" : "that its lists are fresh");
    }
  }

  /** Returns an entry as it is written in stories. */
  public static String name(Entry entry) {
    String replaced = entry.previous() == null ? "" : " for " + entry.previous();
    return entry.key() + "(" + entry.ref() + replaced + ")";
  }
}

package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.PullPiece;
import dev.rollcall.presence.PresenceMessage.Replaced;
import dev.rollcall.pubsub.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One node's real tracker and views, with a browser behind each topic, for simulations. */
public final class SimulatedNode implements Views.Outbox {
  /** Takes what the node sends, and what its browsers see. */
  public interface Surroundings {
    void toReplica(NodeId replica, PresenceMessage message);

    void toAllReplicas(PresenceMessage message);

    /** The node has been given a topic's list for the first time. */
    void known(String topic);

    /** A key's last metas left, as a browser sees it. */
    void lastLeft(String topic, String key, Set<Ref> refs);

    /**
     * A browser was told what can't be, such as that one came who was there, or folds to another
     * list.
     */
    void toldWrong(String topic, String what);

    /** A browser has folded what changed. */
    void changed(String topic);
  }

  private final NodeId id;
  private final String member;
  private final Surroundings surroundings;
  private final Tracker tracker;
  private final Views views;
  private final Set<String> followed = new TreeSet<>();
  private final Map<String, Browser> browsers = new HashMap<>();

  /**
   * Returns a node that tracks and follows nothing yet.
   *
   * @param logLimit how many operations its tracker keeps
   * @param handedLimit how much one part of its goodbye hands over
   */
  public SimulatedNode(
      NodeId id, String member, int logLimit, int handedLimit, Surroundings surroundings) {
    this.id = id;
    this.member = member;
    this.surroundings = surroundings;
    this.tracker = new Tracker(id, member, logLimit, handedLimit);
    this.views = new Views(id, this);
  }

  public NodeId id() {
    return id;
  }

  public String member() {
    return member;
  }

  public Ref track(long session, String topic, String key, String meta, Ref returning) {
    return tracker.track(session, topic, key, meta, returning);
  }

  public Optional<Ref> update(long session, String topic, String key, String meta) {
    return tracker.update(session, topic, key, meta);
  }

  public void untrack(long session, String topic, String key) {
    tracker.untrack(session, topic, key, Reason.UNTRACKED);
  }

  public void close(long session) {
    tracker.close(session, Reason.CLOSED);
  }

  public void cut(long session, long untilMillis) {
    tracker.cut(session, untilMillis);
  }

  public void follow(String topic, long nowMillis) {
    followed.add(topic);
    views.follow(topic, nowMillis);
  }

  /** Returns the topics that the node follows. */
  public Set<String> topics() {
    return followed;
  }

  public void unfollow(String topic) {
    followed.remove(topic);
    views.unfollow(topic);
    browsers.remove(topic);
  }

  /** Returns whether the node follows the topic and has been given its list. */
  public boolean knows(String topic) {
    return views.view(topic) != null && views.view(topic).isKnown();
  }

  /** Returns where the list stands, unless the node knows that it is not right. */
  public Optional<Standing> standing(String topic) {
    return Optional.ofNullable(views.view(topic))
        .filter(view -> view.isKnown() && !view.isBehind())
        .map(View::standing);
  }

  /** Returns the refs that the node lists on a topic. */
  public Set<Ref> listed(String topic) {
    Set<Ref> refs = new HashSet<>();
    views.view(topic).roster().all().forEach(entry -> refs.add(entry.ref()));
    return refs;
  }

  public void beat() {
    surroundings.toAllReplicas(tracker.beat());
  }

  public void tick(Set<String> members, long nowMillis) {
    tracker.tick(nowMillis);
    views.members(members);
    views.tick(nowMillis);
  }

  public void flush() {
    tracker.flush().forEach(surroundings::toAllReplicas);
    tracker.taken();
  }

  /** Returns how many presences the node tracks. */
  public int tracked() {
    return tracker.size();
  }

  /** Returns how much the node keeps: of its sessions, and of topics beyond those it follows. */
  public int kept() {
    return tracker.kept() + views.size() - followed.size();
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
    }
    views.receive(message, nowMillis);
  }

  @Override
  public void toReplica(NodeId replica, PresenceMessage message) {
    surroundings.toReplica(replica, message);
  }

  @Override
  public void known(String topic) {
    browsers.put(topic, new Browser(PresenceJson.state(views.view(topic).roster().all())));
    surroundings.known(topic);
  }

  @Override
  public void changed(String topic, View.Change change) {
    Browser browser = browsers.get(topic);
    if (browser == null) {
      return;
    }
    PresenceEvent event = PresenceEvent.of(change, views.view(topic).roster());
    browser.fold(event).forEach(wrong -> surroundings.toldWrong(topic, wrong));
    Map<String, Set<Ref>> leavers = Browser.refs(event.diff().getJsonObject("leaves"));
    for (String key : new TreeSet<>(event.left().keySet())) {
      surroundings.lastLeft(topic, key, leavers.get(key));
    }
    if (browser.digest() != views.view(topic).roster().digest()) {
      surroundings.toldWrong(topic, browser.refs() + " where " + listed(topic) + " are listed");
    }
    surroundings.changed(topic);
  }

  @Override
  public void stale(boolean stale) {}
}

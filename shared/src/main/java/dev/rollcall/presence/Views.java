package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.State;
import dev.rollcall.pubsub.Membership;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that this node follows. Everything happens on one context: diffs come in, views that
 * are behind are asked for in one question an owner, and now and then all are compared with their
 * owner, so that a lost diff heals on a quiet topic too.
 */
final class Views {
  private static final Logger log = LoggerFactory.getLogger(Views.class);

  private static final long TICK_MILLIS = 250;
  private static final int TICKS_A_CHECK = 8;
  private static final int MAX_TOPICS_A_QUESTION = 200;

  /** Hears what the view of one topic becomes, on the context of the views. */
  interface Watcher {
    void state(Collection<Entry> entries);

    void change(View.Change change);
  }

  private static final class Followed {
    final View view;
    final Set<Watcher> watchers = new HashSet<>();
    boolean told;

    Followed(String topic) {
      view = new View(topic);
    }
  }

  private final Vertx vertx;
  private final PresenceBus bus;
  private final Membership membership;
  private final Context context;
  private final Replicas replicas = new Replicas();
  private final Map<String, Followed> topics = new HashMap<>();
  private final Set<String> asked = new HashSet<>();
  private int ticks;
  private volatile int followedCount;
  private volatile int readyReplicas;

  Views(Vertx vertx, PresenceBus bus, Membership membership, Context context) {
    this.vertx = vertx;
    this.bus = bus;
    this.membership = membership;
    this.context = context;
  }

  /** To be called on the context. */
  Future<Void> start() {
    vertx.setPeriodic(TICK_MILLIS, timer -> tick());
    return bus.onViews(this::receive);
  }

  void follow(String topic, Watcher watcher) {
    context.runOnContext(now -> addWatcher(topic, watcher));
  }

  void unfollow(String topic, Watcher watcher) {
    context.runOnContext(now -> removeWatcher(topic, watcher));
  }

  /** Reads a topic's list: here when it is followed, otherwise of its owner. */
  Future<Collection<Entry>> list(String topic) {
    return Future.future(
        listed ->
            context.runOnContext(
                now -> {
                  Followed followed = topics.get(topic);
                  if (followed != null && followed.told) {
                    listed.succeed(List.copyOf(followed.view.entries()));
                  } else {
                    askOnce(topic).onComplete(listed);
                  }
                }));
  }

  int followedCount() {
    return followedCount;
  }

  int readyReplicas() {
    return readyReplicas;
  }

  private Future<Collection<Entry>> askOnce(String topic) {
    Map<String, Position> question = new HashMap<>();
    question.put(topic, null);
    return replicas
        .owner(topic)
        .map(owner -> bus.askReplica(owner, new Ask(question)))
        .orElseGet(() -> Future.failedFuture(new PresenceUnavailable("no replica is ready")))
        .compose(
            answer ->
                ((Answer) answer)
                    .states().stream()
                        .findFirst()
                        .map(state -> Future.<Collection<Entry>>succeededFuture(state.entries()))
                        .orElseGet(
                            () ->
                                Future.failedFuture(
                                    new PresenceUnavailable("the owner is changing"))));
  }

  private void addWatcher(String topic, Watcher watcher) {
    Followed followed = topics.computeIfAbsent(topic, Followed::new);
    followedCount = topics.size();
    followed.watchers.add(watcher);
    if (followed.told) {
      watcher.state(List.copyOf(followed.view.entries()));
    } else {
      askForThoseBehind();
    }
  }

  private void removeWatcher(String topic, Watcher watcher) {
    Followed followed = topics.get(topic);
    if (followed != null) {
      followed.watchers.remove(watcher);
      if (followed.watchers.isEmpty()) {
        topics.remove(topic);
      }
    }
    followedCount = topics.size();
  }

  private void receive(PresenceMessage message) {
    if (message instanceof Readiness word) {
      replicas.receive(word, nowMillis());
      judgeReplicas();
    } else if (message instanceof Diff diff) {
      Followed followed = topics.get(diff.topic());
      if (followed != null) {
        followed.view.receive(diff).ifPresent(change -> tell(followed, change));
        if (followed.view.behind()) {
          askForThoseBehind();
        }
      }
    }
  }

  private void tick() {
    judgeReplicas();
    askForThoseBehind();
    ticks++;
    if (ticks % TICKS_A_CHECK == 0) {
      ask(topics.values().stream().map(followed -> followed.view).toList());
    }
  }

  private void judgeReplicas() {
    if (replicas.judge(membership.members(), nowMillis())) {
      tellReady();
      topics.values().forEach(followed -> checkOwner(followed.view));
      askForThoseBehind();
    }
  }

  private void tellReady() {
    boolean lost = readyReplicas > 0 && replicas.ready().isEmpty();
    readyReplicas = replicas.ready().size();
    if (lost) {
      log.warn("no presence replica is ready: lists stay as they are until one is");
    }
  }

  private void checkOwner(View view) {
    Optional<NodeId> owner = replicas.owner(view.topic());
    Position position = view.position();
    if (position != null && owner.isPresent() && !owner.get().equals(position.epoch().replica())) {
      view.ownerChanged();
    }
  }

  private void askForThoseBehind() {
    ask(
        topics.values().stream()
            .map(followed -> followed.view)
            .filter(View::behind)
            .filter(view -> !asked.contains(view.topic()))
            .toList());
  }

  /** Asks the owners for these, in few questions. Without an owner they wait as they are. */
  private void ask(List<View> views) {
    Map<NodeId, Map<String, Position>> questions = new HashMap<>();
    for (View view : views) {
      Optional<NodeId> owner = replicas.owner(view.topic());
      if (owner.isPresent()) {
        Map<String, Position> question =
            questions.computeIfAbsent(owner.get(), replica -> new HashMap<>());
        question.put(view.topic(), view.behind() ? null : view.position());
        if (question.size() == MAX_TOPICS_A_QUESTION) {
          ask(owner.get(), questions.remove(owner.get()));
        }
      }
    }
    questions.forEach(this::ask);
  }

  private void ask(NodeId owner, Map<String, Position> question) {
    asked.addAll(question.keySet());
    bus.askReplica(owner, new Ask(question))
        .onComplete(
            (answer, fault) ->
                context.runOnContext(
                    now -> {
                      asked.removeAll(question.keySet());
                      if (fault == null) {
                        ((Answer) answer).states().forEach(this::receive);
                      } else {
                        log.debug("replica {} did not answer: {}", owner, fault.getMessage());
                      }
                    }));
  }

  private void receive(State state) {
    Followed followed = topics.get(state.topic());
    if (followed == null) {
      return;
    }
    Optional<View.Change> change = followed.view.receive(state);
    if (followed.told) {
      change.ifPresent(what -> tell(followed, what));
      return;
    }
    followed.told = true;
    List<Entry> entries = List.copyOf(followed.view.entries());
    followed.watchers.forEach(watcher -> watcher.state(entries));
  }

  private static void tell(Followed followed, View.Change change) {
    followed.watchers.forEach(watcher -> watcher.change(change));
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }
}

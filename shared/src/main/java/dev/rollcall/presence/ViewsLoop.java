package dev.rollcall.presence;

import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.PresenceMessage.Result;
import dev.rollcall.pubsub.Membership;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one shard's views on its context, and tells those who listen. */
final class ViewsLoop implements Views.Outbox {
  private static final Logger log = LoggerFactory.getLogger(ViewsLoop.class);

  private static final long TICK_MILLIS = 250;

  /** A list that was read stays followed for so long: who reads once often reads again. */
  private static final long READ_MILLIS = 10_000;

  /** Of a topic that no replica can tell, a reader does not wait longer. */
  private static final long LIST_MILLIS = 3_000;

  /** What was fetched for a state is told with it for so long, if nobody comes or goes. */
  private static final long FETCHED_MILLIS = 1_000;

  /** Hears what the view of one topic becomes, on the context of the views. */
  interface Watcher {
    void state(JsonObject state);

    void changed(PresenceEvent event);

    void stale(boolean stale);
  }

  /** One topic: who listens, who waits for the list, and what was made of the list so far. */
  private static final class Watched {
    final Set<Watcher> watchers = new LinkedHashSet<>();
    final List<Promise<Map<String, List<Meta>>>> readers = new ArrayList<>();
    long readUntilMillis = Long.MIN_VALUE;
    final Listed listed = new Listed();
    Made made;

    /** What is told waits for what was to be told before. */
    Future<?> told = Future.succeededFuture();
  }

  /**
   * What is told to who begins to listen.
   *
   * @param decorated completes when what was fetched is in the state
   */
  private record Made(JsonObject state, Future<?> decorated, long atMillis) {}

  private final VertxInternal vertx;
  private final PresenceBus bus;
  private final int shard;
  private final Membership membership;
  private final ContextInternal context;
  private final Views views;
  private final Fetches fetches;
  private final AtomicInteger staleShards;
  private final Map<String, Watched> topics = new HashMap<>();
  private volatile int followedCount;
  private volatile int readyReplicas;
  private volatile long resyncs;

  ViewsLoop(
      VertxInternal vertx,
      PresenceBus bus,
      NodeId self,
      int shard,
      Membership membership,
      ContextInternal context,
      Fetches fetches,
      AtomicInteger staleShards) {
    this.vertx = vertx;
    this.bus = bus;
    this.shard = shard;
    this.membership = membership;
    this.context = context;
    this.fetches = fetches;
    this.staleShards = staleShards;
    staleShards.incrementAndGet();
    this.views = new Views(self, this);
  }

  /** To be called on the context. */
  void start() {
    vertx.setPeriodic(0, TICK_MILLIS, timer -> tick());
  }

  /** To be called on the context. */
  void receive(PresenceMessage message) {
    views.receive(message, TrackerLoop.nowMillis());
    measure();
  }

  void follow(String topic, Watcher watcher) {
    context.runOnContext(
        now -> {
          watch(topic).watchers.add(watcher);
          if (views.isStale()) {
            watcher.stale(true);
          }
          tellState(topic, List.of(watcher));
        });
  }

  void unfollow(String topic, Watcher watcher) {
    context.runOnContext(
        now -> {
          Watched watched = topics.get(topic);
          if (watched != null) {
            watched.watchers.remove(watcher);
            dropUnlessWatched(topic, watched);
          }
        });
  }

  /**
   * Reads a topic's list, which is followed from then on for a while; completes on the caller's
   * context.
   */
  Future<Map<String, List<Meta>>> list(String topic) {
    Promise<Map<String, List<Meta>>> done = vertx.getOrCreateContext().promise();
    context.runOnContext(now -> list(topic, done));
    return done.future();
  }

  private void list(String topic, Promise<Map<String, List<Meta>>> done) {
    Watched watched = watch(topic);
    watched.readUntilMillis = TrackerLoop.nowMillis() + READ_MILLIS;
    if (views.view(topic).isKnown()) {
      done.complete(listed(topic, watched));
      return;
    }
    watched.readers.add(done);
    vertx.setTimer(
        LIST_MILLIS,
        late -> {
          if (watched.readers.remove(done)) {
            done.fail(unavailable());
          }
        });
  }

  /**
   * Reads something of a topic, here if it is followed, otherwise of its owner; completes on the
   * caller's context.
   */
  <T> Future<T> read(Query query, Function<Roster, T> here, Function<Result, T> there) {
    Promise<T> done = vertx.getOrCreateContext().promise();
    context.runOnContext(now -> read(query, here, there, done));
    return done.future();
  }

  private <T> void read(
      Query query, Function<Roster, T> here, Function<Result, T> there, Promise<T> done) {
    View view = views.view(query.topic());
    if (view != null && view.isKnown()) {
      done.complete(here.apply(view.roster()));
      return;
    }
    views
        .replicas()
        .owner(query.topic())
        .map(owner -> bus.query(owner, query).recover(fault -> askAnother(owner, query)))
        .orElseGet(() -> Future.failedFuture("no replica is ready"))
        .map(there)
        .onSuccess(done::complete)
        .onFailure(fault -> done.fail(unavailable()));
  }

  /** Each replica that is ready knows all topics: one broken link hinders no reader. */
  private Future<Result> askAnother(NodeId owner, Query query) {
    return views.replicas().heardReady().stream()
        .filter(other -> !other.equals(owner))
        .findFirst()
        .map(other -> bus.query(other, query))
        .orElseGet(() -> Future.failedFuture("no other replica is ready"));
  }

  int followedCount() {
    return followedCount;
  }

  int readyReplicas() {
    return readyReplicas;
  }

  long resyncs() {
    return resyncs;
  }

  @Override
  public void toReplica(NodeId replica, PresenceMessage message) {
    bus.toReplica(shard, replica, message);
  }

  @Override
  public void known(String topic) {
    Watched watched = topics.get(topic);
    if (watched == null) {
      return;
    }
    watched.readers.forEach(reader -> reader.tryComplete(listed(topic, watched)));
    watched.readers.clear();
    tellState(topic, List.copyOf(watched.watchers));
  }

  @Override
  public void changed(String topic, View.Change change) {
    Watched watched = topics.get(topic);
    if (watched == null) {
      return;
    }
    watched.listed.changed(change);
    watched.made = null;
    if (watched.watchers.isEmpty()) {
      return;
    }
    PresenceEvent event = PresenceEvent.of(change, views.view(topic).roster());
    List<Watcher> now = List.copyOf(watched.watchers);
    JsonObject diff = event.diff();
    Future<?> decorated =
        fetches.decorate(
            context,
            topic,
            event.keys(),
            diff.getJsonObject("joins"),
            diff.getJsonObject("leaves"));
    tell(watched, decorated, () -> now.forEach(watcher -> watcher.changed(event)));
  }

  @Override
  public void stale(boolean stale) {
    // What is the same for all shards, as it mostly is, is said once.
    int now = stale ? staleShards.incrementAndGet() : staleShards.decrementAndGet();
    if (stale && now == 1) {
      log.warn("no presence replica is ready: lists stay as they are until one is");
    }
    topics.values().forEach(w -> w.watchers.forEach(watcher -> watcher.stale(stale)));
  }

  private void tick() {
    long nowMillis = TrackerLoop.nowMillis();
    views.members(membership.members());
    views.tick(nowMillis);
    List.copyOf(topics.entrySet()).forEach(w -> dropUnlessWatched(w.getKey(), w.getValue()));
    measure();
  }

  private void measure() {
    readyReplicas = views.replicas().ready().size();
    resyncs = views.resyncs();
    followedCount = views.size();
  }

  private Watched watch(String topic) {
    Watched watched = topics.computeIfAbsent(topic, name -> new Watched());
    views.follow(topic, TrackerLoop.nowMillis());
    followedCount = views.size();
    return watched;
  }

  private void dropUnlessWatched(String topic, Watched watched) {
    boolean read = TrackerLoop.nowMillis() < watched.readUntilMillis;
    if (watched.watchers.isEmpty() && !read) {
      topics.remove(topic);
      views.unfollow(topic);
      followedCount = views.size();
    }
  }

  private void tellState(String topic, List<Watcher> watchers) {
    View view = views.view(topic);
    Watched watched = topics.get(topic);
    if (!view.isKnown()) {
      return;
    }
    long nowMillis = TrackerLoop.nowMillis();
    if (watched.made == null || isOld(topic, watched.made, nowMillis)) {
      JsonObject state = PresenceJson.state(view.roster().all());
      watched.made =
          new Made(state, fetches.decorate(context, topic, state.fieldNames(), state), nowMillis);
    }
    Made made = watched.made;
    tell(watched, made.decorated(), () -> watchers.forEach(watcher -> watcher.state(made.state())));
  }

  private boolean isOld(String topic, Made made, long nowMillis) {
    return fetches.hasOf(topic) && nowMillis - made.atMillis() >= FETCHED_MILLIS;
  }

  /** Tells after all that was told before: at once, where nothing has to be waited for. */
  private void tell(Watched watched, Future<?> ready, Runnable tell) {
    if (watched.told.isComplete() && ready.isComplete()) {
      tell.run();
    } else {
      watched.told = watched.told.compose(before -> ready).onSuccess(done -> tell.run());
    }
  }

  private Map<String, List<Meta>> listed(String topic, Watched watched) {
    return watched.listed.of(views.view(topic).roster());
  }

  private static PresenceUnavailable unavailable() {
    return new PresenceUnavailable("no replica is ready, or none answers");
  }
}

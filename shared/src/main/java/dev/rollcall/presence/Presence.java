package dev.rollcall.presence;

import static java.util.Objects.requireNonNull;

import dev.rollcall.presence.PresenceMessage.Query;
import dev.rollcall.presence.PresenceMessage.Result;
import dev.rollcall.pubsub.Membership;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.pubsub.Topic;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Who is present on a topic, across the cluster. Whatever dies (a tab, a verticle, a node), its
 * presences go by themselves.
 *
 * <pre>{@code
 * presence.follow("room:lobby", listener);
 * Session me = presence.session();
 * me.track("room:lobby", "ana", new JsonObject().put("name", "Ana"));
 * }</pre>
 *
 * <p>The listener is told the list, and a moment later that Ana has joined. One key, many metas: a
 * user with two tabs is one key with two metas. Presence is kept in memory and eventually
 * consistent: what is tracked here is listed, here too, once a replica has told of it, some
 * milliseconds later; it says who is here now, and is no database. While no replica is ready, a
 * topic that this node follows is read as it last was, see {@link PresenceListener#stale} and
 * {@link #readyReplicas}. All methods may be called from any thread; what they return completes on
 * the caller's context.
 */
public final class Presence {
  /** How often a node says that it lives, unless it is configured otherwise. */
  public static final long HEARTBEAT_MILLIS = 1_000;

  /** What one page may hold. */
  public static final int MAX_PAGE = 1_000;

  /** One shard's part of this node, on one event loop. */
  private record Shard(Context context, TrackerLoop tracker, ViewsLoop views) {}

  private final VertxInternal vertx;
  private final PresenceBus bus;
  private final Fetches fetches = new Fetches();
  private final List<Shard> shards = new ArrayList<>();

  /** How many shards know of no replica that is ready. */
  private final AtomicInteger staleShards = new AtomicInteger();

  private final AtomicLong sessions = new AtomicLong();
  private final Map<Long, Consumer<Tracker.Place>> takenListeners = new ConcurrentHashMap<>();

  private Presence(Vertx vertx) {
    this.vertx = (VertxInternal) vertx;
    this.bus = new PresenceBus(vertx);
  }

  /**
   * Starts this node's part: its trackers and its views.
   *
   * @param heartbeatMillis the same on every node, see {@link #HEARTBEAT_MILLIS}
   */
  public static Future<Presence> start(
      Vertx vertx, NodeId node, Membership membership, long heartbeatMillis) {
    Presence presence = new Presence(vertx);
    for (int shard = 0; shard < Ownership.SHARDS; shard++) {
      presence.shards.add(presence.shard(shard, node, membership, heartbeatMillis));
    }
    List<Context> contexts = presence.shards.stream().map(Shard::context).toList();
    return presence
        .bus
        .onNode(node, contexts, presence::receive)
        .onSuccess(listening -> presence.shards.forEach(Presence::start))
        .map(presence);
  }

  /**
   * Opens a session that ends with the verticle that opens it; closed if that has ended already.
   */
  public Session session() {
    ContextInternal context = vertx.getOrCreateContext();
    List<TrackerLoop> trackers = shards.stream().map(Shard::tracker).toList();
    TrackedSession session =
        new TrackedSession(trackers, context, sessions.incrementAndGet(), takenListeners);
    if (!context.closeFuture().add(session)) {
      session.close(Reason.CLOSED);
    }
    return session;
  }

  /**
   * Follows a topic: the listener gets the state once, then every diff, on the calling context,
   * until it closes what this returns or the calling verticle is undeployed.
   *
   * @throws IllegalArgumentException for what is not a topic
   */
  public Follow follow(String topic, PresenceListener listener) {
    requireNonNull(listener, "listener");
    ContextInternal context = vertx.getOrCreateContext();
    Following following = new Following(views(Topic.check(topic)), topic, context, listener);
    following.start();
    return following;
  }

  /**
   * Decorates what listeners on this node are told of the topics that begin with a prefix. To be
   * called before any of them is followed; of several prefixes the longest counts.
   */
  public void fetch(String prefix, Fetch fetch) {
    fetches.put(prefix, fetch);
  }

  /**
   * Returns who is present, each with the metas of their sessions, in the order of the keys. A
   * local read where this node follows the topic; it does so for 10 s after each call. Fails with
   * {@link PresenceUnavailable} where the list is not known here and no replica tells it within 3
   * s, and with {@link IllegalArgumentException} for what is not a topic.
   */
  public Future<Map<String, List<Meta>>> list(String topic) {
    return viewsOf(topic).compose(views -> views.list(topic));
  }

  /**
   * Returns the metas of one key, none when it is not present. A local read where this node follows
   * the topic, whose time does not depend on the topic's size; otherwise the owner is asked, and
   * after 2 s another replica. Fails with {@link PresenceUnavailable} when that does not answer
   * either, and with {@link IllegalArgumentException} for what is not a topic.
   */
  public Future<List<Meta>> get(String topic, String key) {
    return read(
        topic,
        Query.Kind.GET,
        key,
        0,
        roster -> PresenceJson.metas(roster.get(key)),
        result -> PresenceJson.metas(result.entries()));
  }

  /** Returns how many keys are present, without their list. Reads and fails as {@link #get}. */
  public Future<Integer> count(String topic) {
    return read(topic, Query.Kind.COUNT, "", 0, Roster::keyCount, Result::count);
  }

  /**
   * Returns some of the keys of a topic that is too large to list, in their order. Reads and fails
   * as {@link #get}.
   *
   * @param after the last key of the page before, empty for the first
   * @param limit of keys, 1 to {@link #MAX_PAGE}; a page of long metas has fewer
   */
  public Future<Page> page(String topic, String after, int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      return Future.failedFuture(
          new IllegalArgumentException("a page has 1 to " + MAX_PAGE + " keys, not " + limit));
    }
    return read(
        topic,
        Query.Kind.PAGE,
        after,
        limit,
        roster -> page(roster.page(after, limit), roster),
        result -> new Page(PresenceJson.list(result.entries()), result.more()));
  }

  /** Returns how many presences this node tracks. */
  public int trackedCount() {
    return sum(shard -> shard.tracker().size());
  }

  /** Returns how many topics this node follows. */
  public int followedCount() {
    return sum(shard -> shard.views().followedCount());
  }

  /** Returns how many replicas are ready, as far as this node has heard; 0 is worth an alarm. */
  public int readyReplicas() {
    return shards.stream().mapToInt(shard -> shard.views().readyReplicas()).min().orElse(0);
  }

  /** Returns how often a list that was known had to be given anew. */
  public long resyncs() {
    return total(shard -> shard.views().resyncs());
  }

  /** Returns how often a {@link Fetch} failed or took too long. */
  public long failedFetches() {
    return fetches.failed();
  }

  /** Returns how many bytes this node's trackers and views have sent. */
  public long sentBytes() {
    return bus.sentBytes();
  }

  /** Returns how many messages of others this node could not read. */
  public long unreadable() {
    return bus.unreadable();
  }

  /** Says goodbye for everything that this node tracks. */
  public Future<Void> close() {
    return Future.join(shards.stream().map(shard -> shard.tracker().close()).toList()).mapEmpty();
  }

  private Shard shard(int number, NodeId node, Membership membership, long heartbeatMillis) {
    ContextInternal context = vertx.createEventLoopContext();
    Tracker tracker = new Tracker(node, membership.self(), Tracker.LOG_LIMIT, Tracker.HANDED_LIMIT);
    return new Shard(
        context,
        new TrackerLoop(vertx, bus, number, context, tracker, heartbeatMillis, this::tellTaken),
        new ViewsLoop(vertx, bus, node, number, membership, context, fetches, staleShards));
  }

  private static void start(Shard shard) {
    shard
        .context()
        .runOnContext(
            now -> {
              shard.tracker().start();
              shard.views().start();
            });
  }

  private void receive(int shard, PresenceMessage message) {
    shards.get(shard).tracker().receive(message);
    shards.get(shard).views().receive(message);
  }

  private void tellTaken(Tracker.Taken taken) {
    Optional.ofNullable(takenListeners.get(taken.session()))
        .ifPresent(listener -> listener.accept(taken.place()));
  }

  private <T> Future<T> read(
      String topic,
      Query.Kind kind,
      String key,
      int limit,
      Function<Roster, T> here,
      Function<Result, T> there) {
    Query query = new Query(topic, kind, key, limit);
    return viewsOf(topic).compose(views -> views.read(query, here, there));
  }

  private ViewsLoop views(String topic) {
    return shards.get(Ownership.shard(topic)).views();
  }

  private Future<ViewsLoop> viewsOf(String topic) {
    return Topic.valid(topic)
        ? Future.succeededFuture(views(topic))
        : Future.failedFuture(new IllegalArgumentException("not a topic"));
  }

  private int sum(ToIntFunction<Shard> count) {
    return shards.stream().mapToInt(count).sum();
  }

  private long total(ToLongFunction<Shard> count) {
    return shards.stream().mapToLong(count).sum();
  }

  private static Page page(List<Entry> entries, Roster roster) {
    boolean more = !entries.isEmpty() && roster.hasAfter(entries.get(entries.size() - 1).key());
    return new Page(PresenceJson.list(entries), more);
  }
}

package dev.rollcall.presence;

import dev.rollcall.pubsub.Membership;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.pubsub.Topic;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.Map;

/**
 * Who is present on a topic, across the cluster. Whatever dies (a tab, a verticle, a node), its
 * presences go by themselves.
 *
 * <pre>{@code
 * Session me = presence.session();
 * me.track("room:lobby", "ana", new JsonObject().put("name", "Ana"));
 * presence.list("room:lobby").onSuccess(people -> log.info("here: {}", people.keySet()));
 * }</pre>
 *
 * <p>One key, many metas: a user with two tabs is one key with two metas. Presence is kept in
 * memory and eventually consistent; it says who is here now, and is no database. All methods may be
 * called from any thread.
 */
public final class Presence {
  /** How often a node says that it lives. */
  public static final long HEARTBEAT_MILLIS = 1_000;

  private final Vertx vertx;
  private final TrackerLoop tracker;
  private final Views views;

  private Presence(Vertx vertx, TrackerLoop tracker, Views views) {
    this.vertx = vertx;
    this.tracker = tracker;
    this.views = views;
  }

  /** Starts this node's part: its tracker and its views. */
  public static Future<Presence> start(Vertx vertx, NodeId node, Membership membership) {
    Context context = ((VertxInternal) vertx).createEventLoopContext();
    PresenceBus bus = new PresenceBus(vertx);
    TrackerLoop tracker = new TrackerLoop(vertx, bus, node, membership.self(), context);
    Views views = new Views(vertx, bus, membership, context);
    Promise<Void> started = Promise.promise();
    context.runOnContext(
        now -> Future.all(tracker.start(), views.start()).<Void>mapEmpty().onComplete(started));
    return started.future().map(new Presence(vertx, tracker, views));
  }

  /** Opens a session that ends with the verticle that opens it. */
  public Session session() {
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    TrackedSession session = new TrackedSession(tracker, context);
    context.addCloseHook(session);
    return session;
  }

  /**
   * Follows a topic: the listener gets the state once, then every diff, on the calling context,
   * until it closes what this returns or the calling verticle is undeployed.
   */
  public Follow follow(String topic, PresenceListener listener) {
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    Following following = new Following(views, Topic.check(topic), context, listener);
    following.start();
    return following;
  }

  /**
   * Returns who is present, each with the metas of their sessions in the order in which they came.
   * A local read where this node follows the topic; fails with {@link PresenceUnavailable} where it
   * does not and no replica answers.
   */
  public Future<Map<String, List<Meta>>> list(String topic) {
    return views.list(topic).map(PresenceJson::list);
  }

  /** Returns the metas of one key, none when it is not present. Fails as {@link #list}. */
  public Future<List<Meta>> get(String topic, String key) {
    return list(topic).map(people -> people.getOrDefault(key, List.of()));
  }

  /** Returns how many keys are present. Fails as {@link #list}. */
  public Future<Integer> count(String topic) {
    return views
        .list(topic)
        .map(entries -> (int) entries.stream().map(Entry::key).distinct().count());
  }

  /** Returns how many presences this node tracks. */
  public int trackedCount() {
    return tracker.size();
  }

  /** Returns how many topics this node follows. */
  public int followedCount() {
    return views.followedCount();
  }

  /** Returns how many replicas are ready, as far as this node has heard; 0 is worth an alarm. */
  public int readyReplicas() {
    return views.readyReplicas();
  }

  /** Says goodbye for everything that this node tracks. */
  public Future<Void> close() {
    return tracker.close();
  }
}

package dev.rollcall.access;

import dev.rollcall.pubsub.Membership;
import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.NodeId;
import dev.rollcall.pubsub.PubSub;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes rights back, on every node of the cluster. May be called on any node, with or without a
 * bridge, from any thread.
 *
 * <pre>{@code
 * node.access().kick("ana");
 * }</pre>
 *
 * <p>A word to all nodes is acknowledged by each and repeated until it is. A revocation is also
 * kept by all, until every token that it is about is over: a node that joins asks the others for
 * what they have before it serves anybody, and nodes compare what they know, so that one which
 * heard nothing, behind a broken link, hears of it later.
 */
public final class Access {
  /**
   * How long a token may live. A token that lives longer is refused, so that a revocation has to be
   * kept no longer than this.
   */
  public static final long MAX_TOKEN_SECONDS = 24 * 60 * 60;

  private static final Logger log = LoggerFactory.getLogger(Access.class);

  private static final String TOPIC = "rollcall:access";
  private static final String REVOKE = "revoke";
  private static final String REAUTHORISE = "reauthorise";
  private static final String HEARD = "heard";
  private static final String COMPARE = "compare";
  private static final String KNOWN = "known";

  private static final long REPEAT_MILLIS = 500;
  private static final long COMPARE_MILLIS = 5_000;

  /** A member that can't be asked must not keep the others from serving. */
  private static final long FETCH_MILLIS = 3_000;

  /** As long as what a token names may be. */
  private static final int MAX_USER_LENGTH = 128;

  /** So many fit into one, whatever the users are called. */
  private static final int MAX_REVOCATIONS_A_MESSAGE = 500;

  private final VertxInternal vertx;
  private final NodeId self;
  private final PubSub pubSub;
  private final Membership membership;
  private final int leewaySeconds;
  private final Context context;
  private final Revocations revocations = new Revocations();
  private final List<Consumer<Revocation>> onRevoked = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> onReauthorise = new CopyOnWriteArrayList<>();
  private final Words words = new Words();
  private final Set<NodeId> unanswered = new HashSet<>();
  private final Promise<Void> fetched = Promise.promise();

  private Access(
      Vertx vertx, NodeId self, PubSub pubSub, Membership membership, int leewaySeconds) {
    this.vertx = (VertxInternal) vertx;
    this.self = self;
    this.pubSub = pubSub;
    this.membership = membership;
    this.leewaySeconds = leewaySeconds;
    this.context = vertx.getOrCreateContext();
  }

  /**
   * Starts this node's part; completes when it knows what the other nodes know, or some have not
   * answered for 3 s.
   *
   * @param leewaySeconds how far the clock of who issues tokens may be ahead of this node's
   */
  public static Future<Access> start(
      Vertx vertx, NodeId self, PubSub pubSub, Membership membership, int leewaySeconds) {
    Access access = new Access(vertx, self, pubSub, membership, leewaySeconds);
    access.context.runOnContext(now -> access.begin());
    return access.fetched.future().map(access);
  }

  /**
   * Returns whether a token may name this user: 1 to 128 characters of text, not all of them blank.
   * Half a surrogate pair is no character: once encoded it would be somebody else's.
   */
  public static boolean isUser(String user) {
    return !user.isBlank()
        && user.length() <= MAX_USER_LENGTH
        && user.codePoints().noneMatch(Access::isNoText);
  }

  private static boolean isNoText(int character) {
    return Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE;
  }

  /**
   * Ends all connections of a user, everywhere, and lets none in with a token that was issued until
   * now, or says that it was issued within the leeway after now: its issuer's clock may be ahead.
   *
   * <p>Completes when every node in the cluster has heard of it; fails when one has not within 10
   * s, which is told again when it is reached, as is one that the cluster has dropped meanwhile.
   * The user is off this node at once in any case. Fails with {@link IllegalArgumentException}, and
   * does nothing, where no token can name the user.
   */
  public Future<Void> kick(String user) {
    if (!isUser(user)) {
      return notAUser();
    }
    long issuedUntil = epochSeconds() + leewaySeconds;
    Revocation revocation = new Revocation(user, issuedUntil, issuedUntil + MAX_TOKEN_SECONDS);
    revoke(revocation);
    return say(REVOKE, json(revocation));
  }

  /**
   * Has the policies asked again about everything that the user is registered on, everywhere: who
   * may not any more is unregistered. To be called after rights have changed, where the policies
   * can see it.
   *
   * <p>Completes and fails as {@link #kick}, but nobody keeps it: a node that has not heard of it
   * when it fails is not told again, so that it is to be called again.
   */
  public Future<Void> reauthorise(String user) {
    if (!isUser(user)) {
      return notAUser();
    }
    onReauthorise.forEach(listener -> listener.accept(user));
    return say(REAUTHORISE, new JsonObject().put("user", user));
  }

  /** Tells whether a token of the user, issued then in seconds since 1970, was revoked. */
  public boolean isRevoked(String user, long issuedAt) {
    return revocations.covers(user, issuedAt);
  }

  /** Calls the listener, on any thread, for each revocation that is new to this node. */
  public void onRevoked(Consumer<Revocation> listener) {
    onRevoked.add(listener);
  }

  /** Calls the listener, on any thread, with each user whose rights have changed. */
  public void onReauthorise(Consumer<String> listener) {
    onReauthorise.add(listener);
  }

  /** Says what this node knows; all answer, and those who know anything else are told. */
  void compare() {
    revocations.forget(epochSeconds());
    pubSub.broadcast(TOPIC, COMPARE, digest());
  }

  private void begin() {
    pubSub.subscribe(TOPIC, this::hear);
    unanswered.addAll(others());
    fetch();
    vertx.setPeriodic(COMPARE_MILLIS, timer -> compare());
    vertx.setPeriodic(REPEAT_MILLIS, timer -> repeat());
    vertx.setTimer(FETCH_MILLIS, timer -> fetchNoMore());
  }

  private void fetch() {
    unanswered.retainAll(others());
    unanswered.forEach(node -> pubSub.directBroadcast(node, TOPIC, COMPARE, digest()));
    serveOnceAnswered();
  }

  private void answered(NodeId from) {
    unanswered.remove(from);
    serveOnceAnswered();
  }

  private void serveOnceAnswered() {
    if (unanswered.isEmpty()) {
      fetched.tryComplete();
    }
  }

  private void fetchNoMore() {
    unanswered.retainAll(others());
    if (!unanswered.isEmpty()) {
      log.warn(
          "serves without what {} may know of users that were kicked: no answer in {} ms",
          unanswered,
          FETCH_MILLIS);
    }
    unanswered.clear();
    serveOnceAnswered();
  }

  private void hear(Message message) {
    JsonObject payload = message.payload();
    NodeId from = new NodeId(payload.getString("from"));
    if (from.equals(self)) {
      return;
    }
    switch (message.event()) {
      case REVOKE -> {
        revoke(revocation(payload));
        acknowledge(from, payload);
      }
      case REAUTHORISE -> {
        onReauthorise.forEach(listener -> listener.accept(payload.getString("user")));
        acknowledge(from, payload);
      }
      case HEARD -> words.heard(from, payload.getLong("word"));
      case COMPARE -> compared(from, payload);
      case KNOWN -> known(from, payload);
      default -> log.debug("{} said {}, which this version does not know", from, message.event());
    }
  }

  private void revoke(Revocation revocation) {
    if (revocations.add(revocation)) {
      onRevoked.forEach(listener -> listener.accept(revocation));
    }
  }

  private Future<Void> say(String event, JsonObject payload) {
    Promise<Void> heard = vertx.getOrCreateContext().promise();
    context.runOnContext(now -> say(event, payload, heard));
    return heard.future();
  }

  private void say(String event, JsonObject payload, Promise<Void> heard) {
    payload.put("from", self.value());
    Words.Word word = words.begin(event, payload, others(), heard);
    pubSub.broadcast(TOPIC, event, word.payload());
  }

  private void acknowledge(NodeId from, JsonObject payload) {
    JsonObject heard = from().put("word", payload.getLong("word"));
    pubSub.directBroadcast(from, TOPIC, HEARD, heard);
  }

  private void repeat() {
    for (Words.Word word : words.repeat(others())) {
      for (NodeId node : word.missing()) {
        pubSub.directBroadcast(node, TOPIC, word.event(), word.payload());
      }
    }
    if (!unanswered.isEmpty()) {
      fetch();
    }
  }

  /** Two that know the same have nothing to tell, but that. */
  private void compared(NodeId from, JsonObject payload) {
    boolean same = knowsTheSame(payload);
    if (same) {
      answered(from);
    }
    tell(from, same ? List.of() : revocations.all(), digest());
  }

  /** Who answers says its digest too, and is told what it lacks. That is not answered: it ends. */
  private void known(NodeId from, JsonObject payload) {
    payload.getJsonArray("revocations").stream()
        .map(each -> revocation((JsonObject) each))
        .forEach(this::revoke);
    if (payload.getBoolean("more")) {
      return;
    }
    answered(from);
    if (payload.containsKey("digest") && !knowsTheSame(payload)) {
      tell(from, revocations.all(), from());
    }
  }

  private boolean knowsTheSame(JsonObject payload) {
    return payload.getLong("digest") == revocations.digest();
  }

  private void tell(NodeId to, List<Revocation> all, JsonObject head) {
    int start = 0;
    do {
      int end = Math.min(all.size(), start + MAX_REVOCATIONS_A_MESSAGE);
      JsonArray some = new JsonArray();
      all.subList(start, end).forEach(revocation -> some.add(json(revocation)));
      JsonObject known = head.copy().put("revocations", some).put("more", end < all.size());
      pubSub.directBroadcast(to, TOPIC, KNOWN, known);
      start = end;
    } while (start < all.size());
  }

  /** Those in the cluster, heard or not: a beacon that stays away is no leave. */
  private Set<NodeId> others() {
    Set<NodeId> others = new HashSet<>(membership.nodes());
    others.remove(self);
    return others;
  }

  private JsonObject digest() {
    return from().put("digest", revocations.digest());
  }

  private JsonObject from() {
    return new JsonObject().put("from", self.value());
  }

  private static JsonObject json(Revocation revocation) {
    return new JsonObject()
        .put("user", revocation.user())
        .put("issued_until", revocation.issuedUntil())
        .put("kept_until", revocation.keptUntil());
  }

  private static Revocation revocation(JsonObject json) {
    return new Revocation(
        json.getString("user"), json.getLong("issued_until"), json.getLong("kept_until"));
  }

  private static Future<Void> notAUser() {
    String problem = "a user has 1 to " + MAX_USER_LENGTH + " characters of text";
    return Future.failedFuture(new IllegalArgumentException(problem));
  }

  private static long epochSeconds() {
    return System.currentTimeMillis() / 1_000;
  }
}

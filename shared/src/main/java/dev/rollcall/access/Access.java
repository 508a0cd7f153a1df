package dev.rollcall.access;

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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
 * kept by all, until every token that it is about is over: a node that joins fetches what the
 * others have before it serves anybody, and nodes compare what they know, so that one which heard
 * nothing, behind a broken link, hears of it later.
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
  private static final int REPEATS = 20;
  private static final long COMPARE_MILLIS = 5_000;
  private static final long FETCH_MILLIS = 3_000;
  private static final int MAX_REVOCATIONS_A_MESSAGE = 500;

  /** A word under way: who has still to say that it was heard. */
  private static final class Word {
    final String event;
    final JsonObject payload;
    final Set<NodeId> missing;
    final Promise<Void> heard;
    int repeats;

    Word(String event, JsonObject payload, Set<NodeId> missing, Promise<Void> heard) {
      this.event = event;
      this.payload = payload;
      this.missing = new HashSet<>(missing);
      this.heard = heard;
    }
  }

  private final VertxInternal vertx;
  private final NodeId self;
  private final PubSub pubSub;
  private final Context context;
  private final Revocations revocations = new Revocations();
  private final List<Consumer<Revocation>> onRevoked = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> onReauthorise = new CopyOnWriteArrayList<>();
  private final Map<Long, Word> words = new HashMap<>();
  private final Set<NodeId> answered = new HashSet<>();
  private long lastWord;

  private Access(Vertx vertx, NodeId self, PubSub pubSub) {
    this.vertx = (VertxInternal) vertx;
    this.self = self;
    this.pubSub = pubSub;
    this.context = vertx.getOrCreateContext();
  }

  /** Starts this node's part; completes when it knows what the other nodes know. */
  public static Future<Access> start(Vertx vertx, NodeId self, PubSub pubSub) {
    Access access = new Access(vertx, self, pubSub);
    Promise<Void> fetched = Promise.promise();
    access.context.runOnContext(now -> access.begin(fetched));
    return fetched.future().map(access);
  }

  /**
   * Ends all connections of a user, everywhere, and lets none in with a token that was issued until
   * now. Completes when every node has heard of it; fails when one has not within 10 s, which is
   * told again when it is reached. The user is off this node at once in any case.
   */
  public Future<Void> kick(String user) {
    long now = epochSeconds();
    Revocation revocation = new Revocation(user, now, now + MAX_TOKEN_SECONDS);
    revoke(revocation);
    return say(REVOKE, json(revocation));
  }

  /**
   * Has the policies asked again about everything that the user is registered on, everywhere: who
   * may not any more is unregistered. To be called after rights have changed, where the policies
   * can see it. Completes and fails as {@link #kick}.
   */
  public Future<Void> reauthorise(String user) {
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

  private void begin(Promise<Void> fetched) {
    pubSub.subscribe(TOPIC, this::hear);
    vertx.setPeriodic(COMPARE_MILLIS, timer -> compare());
    vertx.setPeriodic(REPEAT_MILLIS, timer -> repeat());
    Set<NodeId> others = pubSub.peers();
    sayDigest();
    long untilNanos = System.nanoTime() + FETCH_MILLIS * 1_000_000;
    vertx.setPeriodic(
        1,
        10,
        timer -> {
          boolean late = System.nanoTime() - untilNanos > 0;
          if (late || answered.containsAll(others)) {
            vertx.cancelTimer(timer);
            fetched.tryComplete();
          }
        });
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
      case HEARD -> heard(from, payload.getLong("word"));
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
    long number = ++lastWord;
    payload.put("from", self.value()).put("word", number);
    words.put(number, new Word(event, payload, pubSub.peers(), heard));
    pubSub.broadcast(TOPIC, event, payload);
    settle();
  }

  private void acknowledge(NodeId from, JsonObject payload) {
    JsonObject heard = from().put("word", payload.getLong("word"));
    pubSub.directBroadcast(from, TOPIC, HEARD, heard);
  }

  private void heard(NodeId from, long number) {
    Word word = words.get(number);
    if (word != null) {
      word.missing.remove(from);
      settle();
    }
  }

  private void repeat() {
    settle();
    for (Word word : words.values()) {
      word.repeats++;
      word.missing.forEach(node -> pubSub.directBroadcast(node, TOPIC, word.event, word.payload));
    }
  }

  /** A node that has left has nobody to send away. */
  private void settle() {
    Set<NodeId> others = pubSub.peers();
    words.values().forEach(word -> word.missing.retainAll(others));
    words.values().removeIf(Access::isSettled);
  }

  private static boolean isSettled(Word word) {
    if (word.missing.isEmpty()) {
      word.heard.tryComplete();
    } else if (word.repeats > REPEATS) {
      word.heard.tryFail(word.missing + " did not answer");
    }
    return word.heard.future().isComplete();
  }

  private void compare() {
    revocations.forget(epochSeconds());
    if (!revocations.isEmpty()) {
      sayDigest();
    }
  }

  private void sayDigest() {
    pubSub.broadcast(TOPIC, COMPARE, from().put("digest", revocations.digest()));
  }

  /** Two that know the same have nothing to tell, but that. */
  private void compared(NodeId from, JsonObject payload) {
    List<Revocation> tell =
        payload.getLong("digest") == revocations.digest() ? List.of() : revocations.all();
    int start = 0;
    do {
      int end = Math.min(tell.size(), start + MAX_REVOCATIONS_A_MESSAGE);
      JsonArray some = new JsonArray();
      tell.subList(start, end).forEach(revocation -> some.add(json(revocation)));
      JsonObject known = from().put("revocations", some).put("more", end < tell.size());
      pubSub.directBroadcast(from, TOPIC, KNOWN, known);
      start = end;
    } while (start < tell.size());
  }

  private void known(NodeId from, JsonObject payload) {
    payload.getJsonArray("revocations").stream()
        .map(each -> revocation((JsonObject) each))
        .forEach(this::revoke);
    if (!payload.getBoolean("more")) {
      answered.add(from);
      answered.retainAll(pubSub.peers());
    }
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

  private static long epochSeconds() {
    return System.currentTimeMillis() / 1_000;
  }
}

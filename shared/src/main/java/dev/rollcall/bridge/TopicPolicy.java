package dev.rollcall.bridge;

import static java.util.Objects.requireNonNull;

import dev.rollcall.pubsub.History;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;

/**
 * What browsers may do on the topics of a pattern: who may register, whether that is being present,
 * what a slow reader gets, and where what was missed comes from.
 *
 * <pre>{@code
 * TopicPolicy.allow((user, topic) -> members(topic).contains(user.name()))
 *     .present((user, topic) -> new JsonObject().put("name", user.name()))
 *     .replay(history);
 * }</pre>
 *
 * <p>It is asked at each register, and again when a user's rights change, see {@link
 * dev.rollcall.access.Access#reauthorise}. Functions are called on an event loop and must not
 * block.
 */
public final class TopicPolicy {
  private final BiFunction<BridgeUser, String, Future<Boolean>> allowed;
  private final BiFunction<BridgeUser, String, JsonObject> meta;
  private final SlowConsumer slow;
  private final History history;

  private TopicPolicy(
      BiFunction<BridgeUser, String, Future<Boolean>> allowed,
      BiFunction<BridgeUser, String, JsonObject> meta,
      SlowConsumer slow,
      History history) {
    this.allowed = allowed;
    this.meta = meta;
    this.slow = slow;
    this.history = history;
  }

  /** Lets every user register who has a valid token. */
  public static TopicPolicy everyone() {
    return allow((user, topic) -> true);
  }

  /** Lets those register for whom the predicate of user and topic is true. */
  public static TopicPolicy allow(BiPredicate<BridgeUser, String> allowed) {
    requireNonNull(allowed, "allowed");
    return ask((user, topic) -> Future.succeededFuture(allowed.test(user, topic)));
  }

  /**
   * Lets those register for whom the future of user and topic is true. One that fails, or takes
   * longer than 8 s, is no: the client gets {@code auth_error}, and may try again. Who is
   * registered already stays until it is known that they may not.
   */
  public static TopicPolicy ask(BiFunction<BridgeUser, String, Future<Boolean>> allowed) {
    requireNonNull(allowed, "allowed");
    return new TopicPolicy(allowed, null, SlowConsumer.CLOSE, null);
  }

  /**
   * Makes registering the same as being present, under the user as key.
   *
   * @param meta of user and topic; at most 4 KiB as JSON
   */
  public TopicPolicy present(BiFunction<BridgeUser, String, JsonObject> meta) {
    return new TopicPolicy(allowed, requireNonNull(meta, "meta"), slow, history);
  }

  /** Says what a slow reader gets; {@link SlowConsumer#CLOSE} unless it is said. */
  public TopicPolicy slow(SlowConsumer slow) {
    return new TopicPolicy(allowed, meta, requireNonNull(slow, "slow"), history);
  }

  /**
   * Lets clients that were away name the last position they have: they get what came after it, then
   * what comes, in order, without a gap and nothing twice, whichever nodes broadcast it.
   *
   * @param history of the topics, or {@link History#over} where another service has it
   */
  public TopicPolicy replay(History history) {
    return new TopicPolicy(allowed, meta, slow, requireNonNull(history, "history"));
  }

  /** An application that throws, or does not answer in time, has not said yes. */
  Future<Boolean> allows(BridgeUser user, String topic) {
    try {
      Future<Boolean> answer = allowed.apply(user, topic);
      return answer == null
          ? Future.failedFuture("a policy answered with no future")
          : answer.timeout(Limits.ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RuntimeException fault) {
      return Future.failedFuture(fault);
    }
  }

  boolean hasPresence() {
    return meta != null;
  }

  JsonObject meta(BridgeUser user, String topic) {
    return meta.apply(user, topic);
  }

  SlowConsumer slow() {
    return slow;
  }

  Optional<History> history() {
    return Optional.ofNullable(history);
  }
}

package dev.rollcall.bridge;

import io.vertx.core.json.JsonObject;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;

/**
 * Who may register on the topics of a pattern, and whether registering is being present.
 *
 * <pre>{@code
 * TopicPolicy.allow((user, topic) -> members(topic).contains(user))
 *     .present((user, topic) -> new JsonObject().put("name", user));
 * }</pre>
 */
public final class TopicPolicy {
  private final BiPredicate<String, String> allowed;
  private final BiFunction<String, String, JsonObject> meta;

  private TopicPolicy(
      BiPredicate<String, String> allowed, BiFunction<String, String, JsonObject> meta) {
    this.allowed = allowed;
    this.meta = meta;
  }

  /** Lets every user register who has a valid token. */
  public static TopicPolicy everyone() {
    return allow((user, topic) -> true);
  }

  /** Lets those register for whom the predicate of user and topic is true; it must not block. */
  public static TopicPolicy allow(BiPredicate<String, String> allowed) {
    return new TopicPolicy(allowed, null);
  }

  /**
   * Makes registering the same as being present, under the user as key.
   *
   * @param meta of user and topic; at most 4 KiB as JSON
   */
  public TopicPolicy present(BiFunction<String, String, JsonObject> meta) {
    return new TopicPolicy(allowed, meta);
  }

  boolean allows(String user, String topic) {
    return allowed.test(user, topic);
  }

  boolean hasPresence() {
    return meta != null;
  }

  JsonObject meta(String user, String topic) {
    return meta.apply(user, topic);
  }
}

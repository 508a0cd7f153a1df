package dev.rollcall.presence;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.BiConsumer;

/**
 * One who can be present: a browser's connection, or a verticle. When it closes, all that it
 * tracked leaves. It closes by {@link #close}, by itself when the verticle that opened it is
 * undeployed, and with its node, however that ends.
 */
public interface Session {
  /**
   * Makes the session present on a topic under a key. Tracking again what is tracked changes
   * nothing and answers with the ref it has. Completes when this node has it: listeners and lists,
   * here and elsewhere, have it some milliseconds later.
   *
   * @param key who, usually a user's id; 1 to 256 characters
   * @param meta what the session says of itself; at most 4 KiB as JSON, nested at most 32 deep. Its
   *     fields {@code phx_ref}, {@code phx_ref_prev} and {@code leave_reason} are overwritten
   * @return the ref, or a failure with {@link IllegalArgumentException} for arguments beyond their
   *     limits, with {@link IllegalStateException} for a session that is closed, or a key that has
   *     100 metas on this node already
   */
  default Future<Ref> track(String topic, String key, JsonObject meta) {
    return track(topic, key, meta, null);
  }

  /**
   * As {@link #track(String, String, JsonObject)}, of a session that was cut and is back, here or
   * on another node: the new presence takes the place of the old one in one diff.
   *
   * @param returning the ref that the session had on this topic under this key; one of another
   *     topic or key replaces nothing
   */
  Future<Ref> track(String topic, String key, JsonObject meta, Ref returning);

  /**
   * Replaces the meta: everybody hears one diff. Fails as {@link #track}, and with {@link
   * IllegalStateException} when the session does not track that.
   */
  Future<Ref> update(String topic, String key, JsonObject meta);

  /** Makes the session leave the topic. What is not tracked is no error. */
  Future<Void> untrack(String topic, String key);

  /** Untracks everything, of one that was cut too. Calling it again does nothing. */
  default Future<Void> close() {
    return close(Reason.CLOSED);
  }

  /**
   * As {@link #close()}, and everybody hears why.
   *
   * @throws IllegalArgumentException for {@link Reason#REPLACED} and {@link Reason#NODE_DOWN},
   *     which only replicas can know
   */
  Future<Void> close(Reason reason);

  /**
   * Hears of what this session tracked and another has taken by naming its ref, though this one is
   * open. Most often that is the same user's, whose connection broke unnoticed here; but a browser
   * tab that was duplicated names the refs of the first, which is still there and may track again.
   * A later handler takes the place of the one before.
   *
   * @param handler gets the topic and the key, on the context that opened the session
   */
  void onTaken(BiConsumer<String, String> handler);

  /**
   * Closes the session as one that may come back: what it tracked lingers, and leaves unless it is
   * tracked again with its ref by then. Should the node leave before, the replicas see to it, if
   * one of them is ready then. One that is closed, or was cut, stays as it is.
   *
   * @param lingerMillis 0 to 60,000
   */
  Future<Void> cut(long lingerMillis);
}

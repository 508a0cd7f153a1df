package dev.rollcall.bridge;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What a topic carried, for clients that were away. The application keeps it, where it keeps its
 * data; the messages that it broadcasts name their position in it, see {@link
 * dev.rollcall.pubsub.PubSub#broadcast(String, String, JsonObject, long)} and {@link
 * TopicPolicy#replay}.
 */
public interface History {
  /** A stored message. */
  record Event(long position, String event, JsonObject payload) {}

  /** Returns the position of the latest message that is stored, 0 when none is. */
  Future<Long> last(String topic);

  /**
   * Returns what is stored after a position, in its order and without a hole.
   *
   * @param limit at most as many; there being more, the client is told that it has not got all
   */
  Future<List<Event>> after(String topic, long position, int limit);
}

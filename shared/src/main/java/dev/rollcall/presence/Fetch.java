package dev.rollcall.presence;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;

/**
 * Adds to what listeners are told of each key, usually from a database: a name, a picture. Asked
 * for all keys of a diff together, however many on the node listen; and for all keys of a state,
 * whose answer those share who begin to listen within a second, unless the list changes meanwhile.
 * Only states and diffs have the added fields, not what {@link PresenceListener#joined} and {@link
 * PresenceListener#left} are given.
 */
@FunctionalInterface
public interface Fetch {
  /**
   * Returns for each key the fields that stand beside its {@code metas}; a key may be missing. What
   * fails, or takes longer than 5 s, leaves the event as it is. Later events wait meanwhile. Called
   * on an event loop that has other work: must not block.
   */
  Future<Map<String, JsonObject>> fetch(String topic, Set<String> keys);
}

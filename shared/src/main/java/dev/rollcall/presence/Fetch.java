package dev.rollcall.presence;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;

/**
 * Adds to what listeners are told of each key, usually from a database: a name, a picture. Asked
 * once a state and once a diff on a node, for all keys together and however many listen.
 */
@FunctionalInterface
public interface Fetch {
  /**
   * Returns for each key the fields that stand beside its {@code metas}; a key may be missing. What
   * fails, or takes longer than 5 s, leaves the event as it is. Later events wait meanwhile.
   */
  Future<Map<String, JsonObject>> fetch(String topic, Set<String> keys);
}

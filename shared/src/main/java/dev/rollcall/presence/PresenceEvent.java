package dev.rollcall.presence;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One change of a topic's list as all listeners of a node are told of it: made once, however many
 * they are.
 *
 * @param joined the metas of each key that was not present before
 * @param left the metas of each key that is not present any more, and why
 */
record PresenceEvent(JsonObject diff, Map<String, List<Meta>> joined, Map<String, Gone> left) {
  /** The end of a key. */
  record Gone(List<Meta> metas, Reason reason) {}

  /** Returns the event of a change that the list has in it already. */
  static PresenceEvent of(View.Change change, Roster after) {
    Set<String> leavers = new HashSet<>();
    change.leaves().forEach(left -> leavers.add(left.entry().key()));
    Map<String, List<Meta>> joined = new LinkedHashMap<>();
    Map<String, List<Entry>> joins = new LinkedHashMap<>();
    change.joins().forEach(j -> joins.computeIfAbsent(j.key(), k -> new ArrayList<>()).add(j));
    joins.forEach(
        (key, metas) -> {
          if (!leavers.contains(key) && after.get(key).size() == metas.size()) {
            joined.put(key, PresenceJson.metas(metas));
          }
        });
    return new PresenceEvent(PresenceJson.diff(change), joined, left(change, after));
  }

  /** Returns the keys that it tells of. */
  Set<String> keys() {
    Set<String> keys = new HashSet<>(diff.getJsonObject("joins").fieldNames());
    keys.addAll(diff.getJsonObject("leaves").fieldNames());
    return keys;
  }

  private static Map<String, Gone> left(View.Change change, Roster after) {
    Map<String, List<Entry>> last = new LinkedHashMap<>();
    Map<String, Reason> reasons = new LinkedHashMap<>();
    for (View.Change.Left left : change.leaves()) {
      String key = left.entry().key();
      if (after.get(key).isEmpty()) {
        last.computeIfAbsent(key, k -> new ArrayList<>()).add(left.entry());
        reasons.put(key, left.reason());
      }
    }
    Map<String, Gone> gone = new LinkedHashMap<>();
    last.forEach(
        (key, metas) -> gone.put(key, new Gone(PresenceJson.metas(metas), reasons.get(key))));
    return gone;
  }
}

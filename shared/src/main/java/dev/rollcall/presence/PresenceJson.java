package dev.rollcall.presence;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Entries in the shapes that listeners know: Phoenix's, by key. */
final class PresenceJson {
  private PresenceJson() {}

  /** Returns {@code {key: {"metas": [{"phx_ref": …, …}]}}}. */
  static JsonObject state(Collection<Entry> entries) {
    JsonObject keys = new JsonObject();
    entries.forEach(entry -> metas(keys, entry.key()).add(meta(entry)));
    return keys;
  }

  /** Returns {@code {"joins": {…}, "leaves": {…}}}. */
  static JsonObject diff(View.Change change) {
    JsonObject leaves = new JsonObject();
    for (View.Change.Left left : change.leaves()) {
      metas(leaves, left.entry().key())
          .add(meta(left.entry()).put("leave_reason", left.reason().toString()));
    }
    return new JsonObject().put("joins", state(change.joins())).put("leaves", leaves);
  }

  /** Returns the metas of each key, in the order of the entries: a copy that nobody changes. */
  static Map<String, List<Meta>> list(Collection<Entry> entries) {
    Map<String, List<Meta>> people = new LinkedHashMap<>(entries.size() * 4 / 3 + 1);
    for (Entry entry : entries) {
      List<Meta> before = people.putIfAbsent(entry.key(), List.of(new Meta(entry)));
      if (before != null) {
        List<Meta> metas = new ArrayList<>(before);
        metas.add(new Meta(entry));
        people.put(entry.key(), List.copyOf(metas));
      }
    }
    return Collections.unmodifiableMap(people);
  }

  static List<Meta> metas(Collection<Entry> entries) {
    return entries.stream().map(Meta::new).toList();
  }

  private static JsonArray metas(JsonObject keys, String key) {
    JsonObject person = keys.getJsonObject(key);
    if (person == null) {
      person = new JsonObject().put("metas", new JsonArray());
      keys.put(key, person);
    }
    return person.getJsonArray("metas");
  }

  private static JsonObject meta(Entry entry) {
    JsonObject meta = Meta.data(entry).put("phx_ref", entry.ref().toString());
    if (entry.previous() == null) {
      // Only what takes another's place has one, whatever the meta says.
      meta.remove("phx_ref_prev");
      return meta;
    }
    return meta.put("phx_ref_prev", entry.previous().toString());
  }
}

package dev.rollcall.presence;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Entries in the shapes that listeners know: Phoenix's, by key. */
final class PresenceJson {
  private PresenceJson() {}

  /** Returns {@code {key: {"metas": [{"phx_ref": …, …}]}}}. */
  static JsonObject byKey(Collection<Entry> entries) {
    JsonObject keys = new JsonObject();
    for (Entry entry : entries) {
      if (!keys.containsKey(entry.key())) {
        keys.put(entry.key(), new JsonObject().put("metas", new JsonArray()));
      }
      keys.getJsonObject(entry.key()).getJsonArray("metas").add(meta(entry));
    }
    return keys;
  }

  /** Returns {@code {"joins": {…}, "leaves": {…}}}. */
  static JsonObject diff(View.Change change) {
    return new JsonObject()
        .put("joins", byKey(change.joins()))
        .put("leaves", byKey(change.leaves()));
  }

  static Map<String, List<Meta>> list(Collection<Entry> entries) {
    Map<String, List<Meta>> keys = new LinkedHashMap<>();
    for (Entry entry : entries) {
      keys.computeIfAbsent(entry.key(), key -> new ArrayList<>())
          .add(new Meta(entry.ref(), new JsonObject(entry.meta())));
    }
    return keys;
  }

  private static JsonObject meta(Entry entry) {
    JsonObject meta = new JsonObject(entry.meta()).put("phx_ref", entry.ref().toString());
    if (entry.previous() != null) {
      meta.put("phx_ref_prev", entry.previous().toString());
    }
    return meta;
  }
}

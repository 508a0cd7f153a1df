package dev.rollcall.presence;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One topic as a browser has it: what its node told as JSON, folded by {@code phx_ref}. */
final class Browser {
  private final Map<String, Set<Ref>> keys = new HashMap<>();
  private long digest;

  Browser(JsonObject state) {
    keys.putAll(refs(state));
    refs().forEach(ref -> digest += Roster.digest(ref));
  }

  /** Folds a diff; returns what was wrong with it, as far as a browser can tell. */
  List<String> fold(PresenceEvent event) {
    Map<String, Set<Ref>> joins = refs(event.diff().getJsonObject("joins"));
    Map<String, Set<Ref>> leaves = refs(event.diff().getJsonObject("leaves"));
    Set<String> first = new HashSet<>(joins.keySet());
    first.removeAll(keys.keySet());
    List<String> wrong = new ArrayList<>();
    joins.forEach((key, refs) -> join(key, refs, wrong));
    leaves.forEach((key, refs) -> leave(key, refs, wrong));
    if (!event.joined().keySet().equals(first)) {
      wrong.add("first joins " + event.joined() + " where " + first + " came");
    }
    Set<String> last = new HashSet<>(leaves.keySet());
    last.removeAll(keys.keySet());
    if (!event.left().keySet().equals(last)) {
      wrong.add("last leaves " + event.left() + " where " + last + " went");
    }
    return wrong;
  }

  /** Returns what tells its refs from others, as {@link Roster#digest()} does. */
  long digest() {
    return digest;
  }

  Set<Ref> refs() {
    Set<Ref> refs = new HashSet<>();
    keys.values().forEach(refs::addAll);
    return refs;
  }

  private void join(String key, Set<Ref> refs, List<String> wrong) {
    Set<Ref> present = keys.computeIfAbsent(key, name -> new HashSet<>());
    for (Ref ref : refs) {
      digest += Roster.digest(ref);
      if (!present.add(ref)) {
        wrong.add(ref + " came twice");
      }
    }
  }

  private void leave(String key, Set<Ref> refs, List<String> wrong) {
    Set<Ref> present = keys.computeIfAbsent(key, name -> new HashSet<>());
    for (Ref ref : refs) {
      digest -= Roster.digest(ref);
      if (!present.remove(ref)) {
        wrong.add(ref + " was away");
      }
    }
    if (present.isEmpty()) {
      keys.remove(key);
    }
  }

  /** Returns the refs of each key, as they stand in a state, in joins and in leaves. */
  static Map<String, Set<Ref>> refs(JsonObject people) {
    Map<String, Set<Ref>> refs = new HashMap<>();
    for (String key : people.fieldNames()) {
      Set<Ref> metas = new HashSet<>();
      people
          .getJsonObject(key)
          .getJsonArray("metas")
          .forEach(meta -> metas.add(Ref.parse(((JsonObject) meta).getString("phx_ref"))));
      refs.put(key, metas);
    }
    return refs;
  }
}

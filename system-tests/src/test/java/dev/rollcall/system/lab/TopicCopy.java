package dev.rollcall.system.lab;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one browser has of one topic, by the rules of the page: the people, the positions that were
 * delivered, and those from where to where it was told to load anew. Not safe for concurrent use.
 */
final class TopicCopy {
  private static final long NONE = -1;

  /** Somebody of whom no meta is left. */
  record Leave(String user, String reason) {}

  private final String topic;
  private final Map<String, Set<String>> people = new HashMap<>();
  private final BitSet known = new BitSet();
  private String ref;
  private long base = NONE;
  private long position = NONE;
  private boolean acknowledged;
  private boolean current;
  private int duplicates;
  private int gaps;

  TopicCopy(String topic) {
    this.topic = topic;
  }

  String topic() {
    return topic;
  }

  /** A registration begins; returns what it says of where this copy is. */
  JsonObject headers() {
    acknowledged = false;
    current = false;
    JsonObject headers = new JsonObject();
    if (ref != null) {
      headers.put("phx_ref", ref);
    }
    if (position != NONE) {
      headers.put("position", Long.toString(position));
    }
    return headers;
  }

  /** Returns whether what is stored is to be loaded. */
  boolean acknowledged(JsonObject answer) {
    acknowledged = true;
    ref = answer.getString("phx_ref", ref);
    Long reached = answer.getLong("position");
    if (reached == null) {
      return false;
    }
    if (base == NONE) {
      base = reached;
    }
    position = Math.max(position, reached);
    return !answer.getBoolean("complete", true) && base != position;
  }

  /** A stored message; returns whether what is stored is to be loaded. */
  boolean stored(long at) {
    boolean gap = acknowledged && at > position + 1;
    if (gap) {
      gaps++;
    }
    if (known.get((int) at)) {
      duplicates++;
    }
    known.set((int) at);
    position = Math.max(position, at);
    return gap;
  }

  /** All that is to be had no longer comes by itself. */
  void incomplete(long at) {
    position = Math.max(position, at);
  }

  /** Takes what was loaded, up to that position. */
  void loaded(long upTo) {
    known.set(0, (int) upTo + 1);
  }

  /** Takes one that was loaded; returns whether it is news. */
  boolean loadedOne(long at) {
    boolean news = !known.get((int) at);
    known.set((int) at);
    return news;
  }

  /** Returns who is seen to leave. */
  List<Leave> state(JsonObject state) {
    Map<String, Set<String>> now = new HashMap<>();
    state.forEach(entry -> now.put(entry.getKey(), refs((JsonObject) entry.getValue())));
    List<Leave> left = new ArrayList<>();
    people.keySet().stream()
        .filter(user -> !now.containsKey(user))
        .forEach(user -> left.add(new Leave(user, "state")));
    people.clear();
    people.putAll(now);
    current = true;
    return left;
  }

  /** Returns who is seen to leave. */
  List<Leave> diff(JsonObject diff) {
    List<Leave> left = new ArrayList<>();
    if (!current) {
      return left;
    }
    JsonObject joins = diff.getJsonObject("joins");
    for (Map.Entry<String, Object> entry : diff.getJsonObject("leaves")) {
      JsonObject gone = (JsonObject) entry.getValue();
      Set<String> refs = people.getOrDefault(entry.getKey(), new HashSet<>());
      refs.removeAll(refs(gone));
      if (refs.isEmpty() && people.remove(entry.getKey()) != null) {
        if (!joins.containsKey(entry.getKey())) {
          left.add(new Leave(entry.getKey(), reason(gone)));
        }
      }
    }
    for (Map.Entry<String, Object> entry : joins) {
      people
          .computeIfAbsent(entry.getKey(), user -> new HashSet<>())
          .addAll(refs((JsonObject) entry.getValue()));
    }
    return left;
  }

  private static Set<String> refs(JsonObject presence) {
    Set<String> refs = new HashSet<>();
    JsonArray metas = presence.getJsonArray("metas");
    for (int i = 0; i < metas.size(); i++) {
      refs.add(metas.getJsonObject(i).getString("phx_ref"));
    }
    return refs;
  }

  private static String reason(JsonObject presence) {
    return presence.getJsonArray("metas").getJsonObject(0).getString("leave_reason");
  }

  Set<String> people() {
    return Set.copyOf(people.keySet());
  }

  /** Returns how many metas there are in all. */
  int metas() {
    return people.values().stream().mapToInt(Set::size).sum();
  }

  long position() {
    return position;
  }

  /** Returns the positions since the beginning, up to that one, which it does not have. */
  List<Long> missing(long last) {
    List<Long> missing = new ArrayList<>();
    for (long at = known.nextClearBit((int) Math.max(0, base + 1)); at <= last; ) {
      missing.add(at);
      at = known.nextClearBit((int) at + 1);
    }
    return base == NONE ? List.of() : missing;
  }

  int duplicates() {
    return duplicates;
  }

  /** Returns how often something was left out without a word. */
  int gaps() {
    return gaps;
  }
}

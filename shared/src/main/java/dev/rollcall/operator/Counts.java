package dev.rollcall.operator;

import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.PriorityQueue;

/**
 * How many there are under each of many names: of the names that have most, and in all.
 *
 * @param names how many names there are
 * @param total over all of them
 * @param largest those that have most, first
 */
record Counts(int names, long total, Map<String, Integer> largest) {
  static final Counts NONE = new Counts(0, 0, Map.of());

  /** By what they have, and by their names, so that of two reports the same are first. */
  private static final Comparator<Entry<String, Integer>> RISING =
      Entry.<String, Integer>comparingByValue()
          .thenComparing(Entry.<String, Integer>comparingByKey().reversed());

  Counts {
    // In its order.
    largest = new LinkedHashMap<>(largest);
  }

  /** Counts, and keeps but the names that have most: there may be very many. */
  static Counts of(Map<String, Integer> all, int limit) {
    PriorityQueue<Entry<String, Integer>> most = new PriorityQueue<>(limit + 1, RISING);
    long total = 0;
    for (Entry<String, Integer> each : all.entrySet()) {
      total += each.getValue();
      most.add(each);
      if (most.size() > limit) {
        most.remove();
      }
    }
    List<Entry<String, Integer>> falling = most.stream().sorted(RISING.reversed()).toList();
    Map<String, Integer> largest = new LinkedHashMap<>();
    falling.forEach(each -> largest.put(each.getKey(), each.getValue()));
    return new Counts(all.size(), total, largest);
  }

  /** Tells whether no name was left out: then what is not there has none. */
  boolean isWhole() {
    return largest.size() == names;
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("names", names)
        .put("total", total)
        .put("largest", Json.ofCounts(largest));
  }

  static Counts from(JsonObject json) {
    return new Counts(
        json.getInteger("names"),
        json.getLong("total"),
        Json.counts(json.getJsonObject("largest")));
  }
}

package dev.rollcall.operator;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a node has of topics that it was asked about.
 *
 * @param presences of each topic, where it is a replica
 */
record TopicCounts(Map<String, Integer> subscribers, Optional<Map<String, Integer>> presences) {

  static TopicCounts of(
      Collection<String> topics, Map<String, Integer> subscribers, Optional<ReplicaState> replica) {
    return new TopicCounts(
        pick(topics, subscribers), replica.map(state -> pick(topics, state.topics())));
  }

  static Map<String, Integer> pick(Collection<String> names, Map<String, Integer> all) {
    Map<String, Integer> some = new HashMap<>();
    names.forEach(name -> some.put(name, all.getOrDefault(name, 0)));
    return some;
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject().put("subscribers", Json.ofCounts(subscribers));
    presences.ifPresent(counts -> json.put("presences", Json.ofCounts(counts)));
    return json;
  }

  static TopicCounts from(JsonObject json) {
    return new TopicCounts(
        Json.counts(json.getJsonObject("subscribers")),
        Optional.ofNullable(json.getJsonObject("presences")).map(Json::counts));
  }
}

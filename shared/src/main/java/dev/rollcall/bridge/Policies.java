package dev.rollcall.bridge;

import dev.rollcall.pubsub.Topic;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What browsers may do: nothing, but what was named. */
final class Policies {
  /** Addresses that begin so are the bridge's own, or the bus's. */
  static final String RESERVED = "rollcall.";

  private final Map<String, TopicPolicy> topics = new LinkedHashMap<>();
  private final Map<String, Predicate<String>> sends = new HashMap<>();
  private final Set<String> publishes = new HashSet<>();

  void addTopic(String pattern, TopicPolicy policy) {
    topics.put(pattern, policy);
  }

  void addSend(String address, Predicate<String> users) {
    sends.put(checkAddress(address), users);
  }

  void addPublish(String address) {
    publishes.add(checkAddress(address));
  }

  /**
   * Returns the first policy, in the order they were named, whose pattern has the topic. What may
   * not name a topic is in none, whatever a pattern has.
   */
  Optional<TopicPolicy> ofTopic(String topic) {
    if (!Topic.valid(topic)) {
      return Optional.empty();
    }
    for (Map.Entry<String, TopicPolicy> policy : topics.entrySet()) {
      if (matches(policy.getKey(), topic)) {
        return Optional.of(policy.getValue());
      }
    }
    return Optional.empty();
  }

  boolean maySend(String user, String address) {
    Predicate<String> users = sends.get(address);
    return users != null && users.test(user);
  }

  boolean mayPublish(String address) {
    return publishes.contains(address);
  }

  private static String checkAddress(String address) {
    if (address.startsWith(RESERVED)) {
      throw new IllegalArgumentException(address + ": addresses of rollcall are not for browsers");
    }
    return address;
  }

  private static boolean matches(String pattern, String topic) {
    return pattern.endsWith("*")
        ? topic.startsWith(pattern.substring(0, pattern.length() - 1))
        : topic.equals(pattern);
  }
}

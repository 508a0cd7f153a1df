package dev.rollcall.bridge;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What browsers may do: nothing, but what was named. */
final class Policies {
  private final Map<String, TopicPolicy> topics = new LinkedHashMap<>();
  private final Set<String> sends = new HashSet<>();

  void addTopic(String pattern, TopicPolicy policy) {
    topics.put(pattern, policy);
  }

  void addSend(String address) {
    sends.add(address);
  }

  /** Returns the first policy that names the topic and allows the user. */
  Optional<TopicPolicy> ofTopic(String user, String topic) {
    return topics.entrySet().stream()
        .filter(policy -> matches(policy.getKey(), topic))
        .map(Map.Entry::getValue)
        .filter(policy -> policy.allows(user, topic))
        .findFirst();
  }

  boolean maySend(String address) {
    return sends.contains(address);
  }

  private static boolean matches(String pattern, String topic) {
    return pattern.endsWith("*")
        ? topic.startsWith(pattern.substring(0, pattern.length() - 1))
        : topic.equals(pattern);
  }
}

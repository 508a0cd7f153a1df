package dev.rollcall.bridge;

import static java.util.Objects.requireNonNull;

import dev.rollcall.pubsub.Topic;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What browsers may do: nothing, but what was named. */
final class Policies {
  /** Addresses that begin so are the bridge's own, or the bus's. */
  static final String RESERVED = "rollcall.";

  /** As topics that begin so are; what nodes say to one another there is not for browsers. */
  private static final String RESERVED_TOPICS = "rollcall:";

  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  private final Map<String, TopicPolicy> topics = new LinkedHashMap<>();
  private final Map<String, Predicate<BridgeUser>> sends = new HashMap<>();
  private final Map<String, Predicate<BridgeUser>> publishes = new HashMap<>();

  void addTopic(String pattern, TopicPolicy policy) {
    boolean open = pattern.endsWith("*");
    String begin = open ? pattern.substring(0, pattern.length() - 1) : pattern;
    if (begin.contains("*") || !Topic.valid(open ? begin + "x" : begin)) {
      throw new IllegalArgumentException(
          "'" + pattern + "' is no topic, nor what topics begin with and then one *");
    }
    if (begin.startsWith(RESERVED_TOPICS)) {
      throw new IllegalArgumentException(pattern + ": topics of rollcall are not for browsers");
    }
    if (topics.putIfAbsent(pattern, requireNonNull(policy, "policy")) != null) {
      throw new IllegalArgumentException(pattern + " has a policy already");
    }
  }

  void addSend(String address, Predicate<BridgeUser> users) {
    sends.put(checkAddress(address), requireNonNull(users, "users"));
  }

  void addPublish(String address, Predicate<BridgeUser> users) {
    publishes.put(checkAddress(address), requireNonNull(users, "users"));
  }

  /**
   * Returns the first policy, in the order they were named, whose pattern has the topic. What may
   * not name a topic is in none, whatever a pattern has.
   */
  Optional<TopicPolicy> ofTopic(String topic) {
    if (!Topic.valid(topic) || topic.startsWith(RESERVED_TOPICS)) {
      return Optional.empty();
    }
    for (Map.Entry<String, TopicPolicy> policy : topics.entrySet()) {
      if (matches(policy.getKey(), topic)) {
        return Optional.of(policy.getValue());
      }
    }
    return Optional.empty();
  }

  Verdict maySend(BridgeUser user, String address) {
    return may(user, address, sends.get(address));
  }

  Verdict mayPublish(BridgeUser user, String address) {
    return may(user, address, publishes.get(address));
  }

  /** An application that throws has not said yes. */
  private static Verdict may(BridgeUser user, String address, Predicate<BridgeUser> users) {
    try {
      return Verdict.of(users != null && users.test(user));
    } catch (RuntimeException fault) {
      log.warn("it is not known whether {} may speak to {}", user.name(), address, fault);
      return Verdict.UNKNOWN;
    }
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

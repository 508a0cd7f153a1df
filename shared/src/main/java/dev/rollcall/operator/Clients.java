package dev.rollcall.operator;

import java.util.Map;

/**
 * The clients of a node's bridge.
 *
 * @param topics how many each topic has, beyond the subscribers that PubSub knows of
 */
public record Clients(int connections, Map<String, Integer> topics) {
  static final Clients NONE = new Clients(0, Map.of());

  public Clients {
    topics = Map.copyOf(topics);
  }
}

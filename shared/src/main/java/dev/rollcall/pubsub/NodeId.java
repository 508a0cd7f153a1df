package dev.rollcall.pubsub;

import java.util.regex.Pattern;

/**
 * Names one running instance of a service. Minted at start and never used again: a restart is a new
 * node.
 *
 * @param value 1 to 64 letters, digits, {@code -} or {@code _}
 */
public record NodeId(String value) implements Comparable<NodeId> {
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  public NodeId {
    if (!SHAPE.matcher(value).matches()) {
      throw new IllegalArgumentException("not a node id: '" + value + "'");
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

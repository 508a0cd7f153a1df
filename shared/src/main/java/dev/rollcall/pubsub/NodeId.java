package dev.rollcall.pubsub;

/**
 * Names one running instance of a service. Minted at start and never used again: a restart is a new
 * node.
 *
 * @param value 1 to 64 letters, digits, {@code -} or {@code _}
 */
public record NodeId(String value) implements Comparable<NodeId> {
  private static final int MAX_LENGTH = 64;

  public NodeId {
    // Each message names some: a regular expression would take longer than all else in it.
    if (value.isEmpty() || value.length() > MAX_LENGTH || !value.chars().allMatch(NodeId::isPart)) {
      throw new IllegalArgumentException("not a node id: '" + value + "'");
    }
  }

  private static boolean isPart(int c) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '_';
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

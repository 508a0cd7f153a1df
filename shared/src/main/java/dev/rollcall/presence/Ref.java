package dev.rollcall.presence;

import dev.rollcall.pubsub.NodeId;
import java.util.Comparator;

/**
 * Names one meta for ever: the node that added it, and the clock of the operation that did.
 *
 * @param clock 1 for the node's first operation
 */
public record Ref(NodeId node, long clock) implements Comparable<Ref> {
  private static final Comparator<Ref> ORDER =
      Comparator.comparing(Ref::node).thenComparingLong(Ref::clock);

  public Ref {
    if (clock < 1) {
      throw new IllegalArgumentException("a clock starts at 1, not " + clock);
    }
  }

  /** Reads what {@link #toString} wrote. */
  public static Ref parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("not a ref: '" + text + "'");
    }
    return new Ref(new NodeId(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
  }

  @Override
  public int compareTo(Ref other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return node + ":" + clock;
  }
}

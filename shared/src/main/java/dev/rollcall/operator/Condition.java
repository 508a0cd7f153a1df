package dev.rollcall.operator;

import java.util.List;

/**
 * Whether a node takes traffic.
 *
 * @param failing the checks that keep it from being ready
 */
public record Condition(State state, List<String> failing) {
  /** What it says of itself; what is silent is none of these. */
  public enum State {
    STARTING,
    READY,
    NOT_READY,
    DRAINING
  }

  public Condition {
    failing = List.copyOf(failing);
  }
}

package dev.rollcall.presence;

import java.util.Locale;

/**
 * Why a presence ended. Listeners read it in the metas of a diff's leaves, as {@code leave_reason}.
 */
public enum Reason {
  /** The session closed. */
  CLOSED,
  /** The session stays, but left the topic. */
  UNTRACKED,
  /** The session was silent for too long. */
  IDLE,
  /** Somebody with the right to do so ended it. */
  KICKED,
  /** Its node is not heard any more. */
  NODE_DOWN,
  /** No end: the same diff has the join that takes its place, which names it as previous. */
  REPLACED;

  /** Returns the name that listeners read. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

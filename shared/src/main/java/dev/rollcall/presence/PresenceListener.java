package dev.rollcall.presence;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Hears one topic's presence, on the context that followed: the state once, then every diff in
 * order. Folding the diffs into the state gives the list at any time. Objects are shared between
 * all listeners of a node and must not be changed. What a listener throws goes to its context; it
 * is told nothing more of that change.
 */
public interface PresenceListener {
  /** Takes the whole list: {@code {key: {"metas": [{"phx_ref": …}]}}}. */
  void state(JsonObject state);

  /**
   * Takes what changed: {@code {"joins": {key: {"metas": […]}}, "leaves": {…}}}. An update is a
   * leave of the old ref and a join of the new one, which has {@code phx_ref_prev}; so is a session
   * that comes back. Where the old ref was not there, there is no leave. The metas of leaves have
   * {@code leave_reason}, see {@link Reason}.
   */
  void diff(JsonObject diff);

  /** A key that was not present is, with these metas. Told after the diff. */
  default void joined(String key, List<Meta> metas) {}

  /** A key is not present any more; these were its last metas. Told after the diff. */
  default void left(String key, List<Meta> metas, Reason reason) {}

  /** No replica is ready, so the list stands still and may be wrong; or one is again. */
  default void stale(boolean stale) {}
}

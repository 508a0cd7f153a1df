package dev.rollcall.presence;

import io.vertx.core.json.JsonObject;

/**
 * Hears one topic's presence, on the context that followed: the state once, then every diff in
 * order. Folding the diffs into the state gives the list at any time.
 */
public interface PresenceListener {
  /** Takes the whole list: {@code {key: {"metas": [{"phx_ref": …}]}}}. */
  void state(JsonObject state);

  /**
   * Takes what changed: {@code {"joins": {key: {"metas": […]}}, "leaves": {…}}}. An update is a
   * leave of the old ref and a join of the new one, which has {@code phx_ref_prev}.
   */
  void diff(JsonObject diff);
}

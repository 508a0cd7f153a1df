package dev.rollcall.dashboard;

import io.vertx.core.json.JsonObject;

/** The browsers of this instance. Must not block. */
interface Audience {
  /** An order that nobody was told of when it was created. */
  void missed(Order order);

  void stats(JsonObject stats);
}

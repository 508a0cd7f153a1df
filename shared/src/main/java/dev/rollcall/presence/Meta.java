package dev.rollcall.presence;

import io.vertx.core.json.JsonObject;

/**
 * What one session under a key says of itself.
 *
 * @param ref names it for ever
 * @param data as it was tracked or last updated
 */
public record Meta(Ref ref, JsonObject data) {}

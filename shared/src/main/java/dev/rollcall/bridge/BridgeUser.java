package dev.rollcall.bridge;

import static java.util.Objects.requireNonNull;

import io.vertx.core.json.JsonObject;

/**
 * Who is at the other end of a connection, as policies are asked about them.
 *
 * @param name the token's {@code sub}
 * @param claims all that the issuer says of them in the token that they have now, such as roles;
 *     not to be changed
 */
public record BridgeUser(String name, JsonObject claims) {
  public BridgeUser {
    requireNonNull(name, "name");
    requireNonNull(claims, "claims");
  }
}

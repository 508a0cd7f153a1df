package dev.rollcall.bridge;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Who is at the other end of a connection, by their token. Times are in seconds since 1970.
 *
 * @param issuedAt when the token was signed
 * @param expiresAt when the token is over
 */
record Identity(BridgeUser who, long issuedAt, long expiresAt) {
  /** What is another in each token, and says nothing of the user. */
  private static final List<String> OF_THE_TOKEN = List.of("iat", "exp", "nbf", "jti");

  String user() {
    return who.name();
  }

  /** Tells whether the issuer says the same of both. */
  boolean hasRightsOf(Identity other) {
    return lasting().equals(other.lasting());
  }

  private JsonObject lasting() {
    JsonObject claims = who.claims().copy();
    OF_THE_TOKEN.forEach(claims::remove);
    return claims;
  }
}

package dev.rollcall.bridge;

import dev.rollcall.access.Access;
import dev.rollcall.node.Environment;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * What a token must claim besides being signed (RFC 7519).
 *
 * @param issuer who must have signed it; anybody with the key where empty
 * @param audience for whom it must be, alone or among others
 * @param leewaySeconds how far the issuer's clock may be ahead of this node's. It prolongs nothing:
 *     a token ends when it says
 */
record ClaimRules(Optional<String> issuer, Optional<String> audience, int leewaySeconds) {
  /** The last second of the year 9999. What claims to be later is no time. */
  private static final long MAX_SECONDS = 253_402_300_799L;

  /** An issuer that signs for others too must not let their users in: production names both. */
  static ClaimRules from(Environment environment) {
    if (environment.production()) {
      environment.required("ROLLCALL_JWT_ISSUER", "who signs the tokens, their iss");
      environment.required("ROLLCALL_JWT_AUDIENCE", "for whom the tokens are, their aud");
    }
    return new ClaimRules(
        environment.optional("ROLLCALL_JWT_ISSUER"),
        environment.optional("ROLLCALL_JWT_AUDIENCE"),
        environment.leewaySeconds());
  }

  /** What of the claims stays true. Whether it is time for them is to be asked at each use. */
  record Claims(Identity identity, long notBefore) {}

  /**
   * Reads who the claims name. A token that never ends is none, nor is one that does not say when
   * it began: nobody could take it back.
   */
  Claims read(JsonObject claims) throws RefusedToken {
    long expiresAt = time(claims, "exp").orElseThrow(ClaimRules::malformed);
    long issuedAt = time(claims, "iat").orElseThrow(ClaimRules::malformed);
    long notBefore = time(claims, "nbf").orElse(0L);
    if (!(claims.getValue("sub") instanceof String user) || !Access.isUser(user)) {
      throw malformed();
    }
    refuse(issuer.isPresent() && !issuer.get().equals(claims.getValue("iss")), TokenRefusal.ISSUER);
    refuse(audience.isPresent() && !isFor(audience.get(), claims), TokenRefusal.AUDIENCE);
    return new Claims(
        new Identity(new BridgeUser(user, claims), issuedAt, expiresAt),
        Math.max(issuedAt, notBefore));
  }

  /** Returns who comes in with the claims at this time. */
  Identity check(Claims claims, long nowSeconds) throws RefusedToken {
    Identity identity = claims.identity();
    refuse(nowSeconds >= identity.expiresAt(), TokenRefusal.EXPIRED);
    refuse(claims.notBefore() > nowSeconds + leewaySeconds, TokenRefusal.NOT_YET);
    refuse(livesTooLong(identity), TokenRefusal.TOO_LONG);
    return identity;
  }

  /**
   * Counted from when it was issued: a revocation is forgotten after that time, so a token must not
   * become good by growing old.
   */
  private static boolean livesTooLong(Identity token) {
    return token.expiresAt() - token.issuedAt() > Access.MAX_TOKEN_SECONDS;
  }

  private static void refuse(boolean wrong, TokenRefusal reason) throws RefusedToken {
    if (wrong) {
      throw new RefusedToken(reason);
    }
  }

  /** A number of seconds, with a fraction or without; only what is not there may be absent. */
  private static Optional<Long> time(JsonObject claims, String name) throws RefusedToken {
    Object value = claims.getValue(name);
    if (value == null && !claims.containsKey(name)) {
      return Optional.empty();
    }
    if (value instanceof Number seconds
        && seconds.doubleValue() >= 0
        && seconds.doubleValue() <= MAX_SECONDS) {
      return Optional.of(seconds.longValue());
    }
    throw malformed();
  }

  private static boolean isFor(String audience, JsonObject claims) {
    Object named = claims.getValue("aud");
    return named instanceof JsonArray several ? several.contains(audience) : audience.equals(named);
  }

  private static RefusedToken malformed() {
    return new RefusedToken(TokenRefusal.MALFORMED);
  }
}

package dev.rollcall.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.JWKSet;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens that were found to be well signed, for the transports that carry one with each request.
 * Each is known by its SHA-256: what is kept is what it claims, and nothing that anybody could come
 * in with. It counts with the very keys that verified it alone.
 */
final class VerifiedTokens {
  static final int MAX_TOKENS = 2_000;

  private record Verified(JWKSet with, ClaimRules.Claims claims) {
    boolean isGood(JWKSet keys, long nowSeconds) {
      return with.equals(keys) && nowSeconds < claims.identity().expiresAt();
    }
  }

  /** In the order of their last use. */
  private final Map<ByteBuffer, Verified> tokens = new LinkedHashMap<>(16, 0.75f, true);

  Optional<ClaimRules.Claims> find(String token, JWKSet keys, long nowSeconds) {
    ByteBuffer digest = digest(token);
    synchronized (tokens) {
      Verified verified = tokens.get(digest);
      if (verified != null && !verified.isGood(keys, nowSeconds)) {
        tokens.values().removeIf(each -> !each.isGood(keys, nowSeconds));
        return Optional.empty();
      }
      return Optional.ofNullable(verified).map(Verified::claims);
    }
  }

  void add(String token, JWKSet keys, ClaimRules.Claims claims) {
    ByteBuffer digest = digest(token);
    synchronized (tokens) {
      tokens.put(digest, new Verified(keys, claims));
      if (tokens.size() > MAX_TOKENS) {
        tokens.remove(tokens.keySet().iterator().next());
      }
    }
  }

  private static ByteBuffer digest(String token) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}

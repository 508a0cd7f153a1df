package dev.rollcall.bridge;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The keys that tokens are verified with. Each is good for one algorithm, by its kind: what a token
 * says of itself chooses among keys, never how a key is used (RFC 8725), so a public key can't be
 * taken for a secret.
 */
final class TokenKeys {
  /** Some issuers publish a chain of certificates with each key. */
  static final int MAX_BYTES = 256 * 1024;

  static final JWKSet NONE = new JWKSet();

  private static final int MIN_RSA_BITS = 2_048;

  private static final Map<KeyType, JWSAlgorithm> ALGORITHMS =
      Map.of(
          KeyType.OCT, JWSAlgorithm.HS256,
          KeyType.RSA, JWSAlgorithm.RS256,
          KeyType.EC, JWSAlgorithm.ES256);

  private static final List<JWKMatcher> OF_AN_ISSUER =
      List.of(
          forSignatures(KeyType.RSA).minKeySize(MIN_RSA_BITS).build(),
          forSignatures(KeyType.EC).curve(Curve.P_256).build());

  private TokenKeys() {}

  /**
   * Reads a JWKS (RFC 7517). An issuer publishes keys for other purposes beside those for tokens,
   * which are passed over, as is one whose private half is published too. The library's own reading
   * would give up all of them for one that it does not know.
   *
   * @throws IOException when this is no JWKS
   */
  static JWKSet parse(Buffer json) throws IOException {
    try {
      if (new JsonObject(json).getValue("keys") instanceof JsonArray keys) {
        return new JWKSet(keys.stream().flatMap(TokenKeys::key).toList());
      }
    } catch (DecodeException | ClassCastException malformed) {
      // As one without keys.
    }
    throw new IOException("no JWKS");
  }

  /** Tells whether a key is an issuer's for RS256 or ES256, and strong enough. */
  static boolean isUsable(JWK key) {
    try {
      return OF_AN_ISSUER.stream().anyMatch(kind -> kind.matches(key)) && verifier(key) != null;
    } catch (JOSEException noKey) {
      return false;
    }
  }

  /**
   * Returns the key for a token: the one that it names, or else the only one that has no id; for a
   * token that names none, the only one of its algorithm. Where several fit there is none.
   */
  static Optional<JWK> find(JWKSet keys, JWSHeader token) {
    String id = token.getKeyID();
    return only(keys, token, key -> id == null || id.equals(key.getKeyID()))
        .or(() -> only(keys, token, key -> key.getKeyID() == null));
  }

  static JWSVerifier verifier(JWK key) throws JOSEException {
    if (key instanceof RSAKey rsa) {
      return new RSASSAVerifier(rsa);
    }
    if (key instanceof ECKey ec) {
      return new ECDSAVerifier(ec);
    }
    return new MACVerifier(key.toOctetSequenceKey());
  }

  /** What may be said of keys: the library's own words for a secret hold the secret. */
  static List<String> names(JWKSet keys) {
    return keys.getKeys().stream()
        .map(key -> algorithm(key) + (key.getKeyID() == null ? "" : " " + key.getKeyID()))
        .toList();
  }

  private static JWSAlgorithm algorithm(JWK key) {
    return ALGORITHMS.get(key.getKeyType());
  }

  private static Optional<JWK> only(JWKSet keys, JWSHeader token, Predicate<JWK> fits) {
    List<JWK> fitting =
        keys.getKeys().stream()
            .filter(key -> token.getAlgorithm().equals(algorithm(key)))
            .filter(fits)
            .toList();
    return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
  }

  private static Stream<JWK> key(Object json) {
    try {
      if (json instanceof JsonObject jwk) {
        JWK key = JWK.parse(jwk.encode());
        return isUsable(key) ? Stream.of(key) : Stream.empty();
      }
    } catch (ParseException | RuntimeException malformed) {
      // As one for another purpose: the others are good.
    }
    return Stream.empty();
  }

  private static JWKMatcher.Builder forSignatures(KeyType type) {
    return new JWKMatcher.Builder()
        .keyType(type)
        .algorithms(ALGORITHMS.get(type), null)
        .keyUses(KeyUse.SIGNATURE, null)
        .keyOperations(KeyOperation.VERIFY, null)
        .publicOnly(true);
  }
}

package dev.rollcall.bridge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Reads a JWKS (RFC 7517): the keys in it that verify RS256 or ES256. An issuer publishes keys for
 * other purposes beside them, which are passed over, as is one whose private half is published too.
 */
final class JsonWebKeys {
  /** Some issuers publish a chain of certificates with each key. */
  static final int MAX_BYTES = 256 * 1024;

  private JsonWebKeys() {}

  /**
   * @throws IOException when this is no JWKS
   */
  static TokenKeys parse(Buffer json) throws IOException {
    try {
      if (new JsonObject(json).getValue("keys") instanceof JsonArray keys) {
        return new TokenKeys(entries(keys));
      }
    } catch (DecodeException | ClassCastException malformed) {
      // As one without keys.
    }
    throw new IOException("no JWKS");
  }

  private static List<TokenKeys.Entry> entries(JsonArray keys) {
    List<TokenKeys.Entry> entries = new ArrayList<>();
    for (Object each : keys) {
      if (each instanceof JsonObject jwk && isForSignatures(jwk)) {
        key(jwk).ifPresent(key -> entries.add(new TokenKeys.Entry(text(jwk, "kid"), key)));
      }
    }
    return entries;
  }

  private static boolean isForSignatures(JsonObject jwk) {
    return jwk.getValue("use", "sig").equals("sig")
        && (!(jwk.getValue("key_ops") instanceof JsonArray uses) || uses.contains("verify"))
        && !jwk.containsKey("d");
  }

  private static Optional<TokenKey> key(JsonObject jwk) {
    try {
      TokenKey key = TokenKey.of(publicKey(jwk));
      String algorithm = key.algorithm().name();
      return Optional.of(key).filter(it -> jwk.getValue("alg", algorithm).equals(algorithm));
    } catch (GeneralSecurityException | IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private static PublicKey publicKey(JsonObject jwk) throws GeneralSecurityException {
    String type = text(jwk, "kty").orElse("");
    if (type.equals("RSA")) {
      BigInteger modulus = new BigInteger(1, bytes(jwk, "n"));
      BigInteger exponent = new BigInteger(1, bytes(jwk, "e"));
      return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }
    if (type.equals("EC") && text(jwk, "crv").orElse("").equals("P-256")) {
      return P256.key(bytes(jwk, "x"), bytes(jwk, "y"));
    }
    throw new InvalidKeyException("another kind");
  }

  private static byte[] bytes(JsonObject jwk, String name) {
    return Base64.getUrlDecoder().decode(text(jwk, name).orElse(""));
  }

  private static Optional<String> text(JsonObject json, String name) {
    return Optional.ofNullable(json.getValue(name))
        .filter(String.class::isInstance)
        .map(String.class::cast);
  }
}

package dev.rollcall.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs whatever it is asked to, with a key of its own. */
record Issuer(String id, String algorithm, KeyPair keys) {
  static final String NAME = "https://issuer.example";
  static final String AUDIENCE = "rollcall";

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  static Issuer rsa(String id) {
    return new Issuer(id, "RS256", pair("RSA", 2_048));
  }

  static Issuer ec(String id) {
    return new Issuer(id, "ES256", pair("EC", 256));
  }

  static KeyPair pair(String kind, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** What a token must claim, for Ana. */
  static JsonObject claims(long nowSeconds) {
    return new JsonObject()
        .put("sub", "ana")
        .put("iss", NAME)
        .put("aud", AUDIENCE)
        .put("iat", nowSeconds)
        .put("exp", nowSeconds + 60);
  }

  JsonObject header() {
    return new JsonObject().put("alg", algorithm).put("kid", id);
  }

  String token(JsonObject claims) {
    return token(header(), claims);
  }

  String token(JsonObject header, JsonObject claims) {
    String content = content(header, claims);
    return content + "." + encode(sign(content.getBytes(UTF_8)));
  }

  /** Signed as with a secret. */
  static String withSecret(JsonObject header, JsonObject claims, byte[] secret) {
    try {
      String content = content(header, claims);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return content + "." + encode(mac.doFinal(content.getBytes(UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  static String content(JsonObject header, JsonObject claims) {
    return encode(header.encode().getBytes(UTF_8)) + "." + encode(claims.encode().getBytes(UTF_8));
  }

  static String encode(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  /** The public key as a JWKS has it. */
  JsonObject jwk() {
    JsonObject jwk = new JsonObject().put("kid", id).put("use", "sig");
    if (keys.getPublic() instanceof RSAPublicKey rsa) {
      return jwk.put("kty", "RSA")
          .put("n", number(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8))
          .put("e", number(rsa.getPublicExponent(), 3));
    }
    ECPublicKey ec = (ECPublicKey) keys.getPublic();
    return jwk.put("kty", "EC")
        .put("crv", "P-256")
        .put("x", number(ec.getW().getAffineX(), 32))
        .put("y", number(ec.getW().getAffineY(), 32));
  }

  static JsonObject jwks(JsonObject... keys) {
    return new JsonObject().put("keys", new JsonArray(Arrays.asList(keys)));
  }

  static JsonObject jwks(Issuer... issuers) {
    return jwks(Stream.of(issuers).map(Issuer::jwk).toArray(JsonObject[]::new));
  }

  String publicPem() {
    return pem("PUBLIC KEY", keys.getPublic());
  }

  String privatePem() {
    return pem("PRIVATE KEY", keys.getPrivate());
  }

  private static String pem(String kind, Key key) {
    String base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    return "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
  }

  private byte[] sign(byte[] content) {
    try {
      boolean rsa = algorithm.equals("RS256");
      Signature signature =
          Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
      signature.initSign(keys.getPrivate());
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static String number(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[length];
    int size = Math.min(length, bytes.length);
    System.arraycopy(bytes, bytes.length - size, fixed, length - size, size);
    return encode(fixed);
  }
}

package dev.rollcall.bridge;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key together with the one algorithm that it is good for: what a token says of itself chooses
 * among keys, never how a key is used. So a public key can't be taken for a secret.
 */
final class TokenKey {
  private static final int MIN_RSA_BITS = 2_048;

  private final TokenAlgorithm algorithm;
  private final Key key;

  private TokenKey(TokenAlgorithm algorithm, Key key) {
    this.algorithm = algorithm;
    this.key = key;
  }

  static TokenKey secret(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return new TokenKey(
        TokenAlgorithm.HS256, new SecretKeySpec(bytes, TokenAlgorithm.HS256.javaName()));
  }

  /**
   * An RSA key verifies RS256, one of the curve P-256 ES256.
   *
   * @throws InvalidKeyException when it is neither, or too weak
   */
  static TokenKey of(PublicKey key) throws InvalidKeyException {
    if (key instanceof RSAPublicKey rsa) {
      if (rsa.getModulus().bitLength() < MIN_RSA_BITS) {
        throw new InvalidKeyException("an RSA key needs at least " + MIN_RSA_BITS + " bits");
      }
      return new TokenKey(TokenAlgorithm.RS256, key);
    }
    if (key instanceof ECPublicKey ec && P256.isOf(ec)) {
      return new TokenKey(TokenAlgorithm.ES256, key);
    }
    throw new InvalidKeyException("neither an RSA key nor one of the curve P-256");
  }

  TokenAlgorithm algorithm() {
    return algorithm;
  }

  /** Tells whether the signature is this key's. May be called by any thread. */
  boolean verifies(byte[] signed, byte[] signature) {
    return switch (algorithm) {
      case HS256 -> MessageDigest.isEqual(sign(signed), signature);
      case RS256 -> verifiesPublicly(signed, signature);
      case ES256 -> P256.isSignature(signature) && verifiesPublicly(signed, signature);
    };
  }

  /** Only a secret signs. */
  byte[] sign(byte[] content) {
    try {
      Mac mac = Mac.getInstance(algorithm.javaName());
      mac.init(key);
      return mac.doFinal(content);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("only a secret signs", impossible);
    }
  }

  private boolean verifiesPublicly(byte[] signed, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(algorithm.javaName());
      verifier.initVerify((PublicKey) key);
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (SignatureException malformed) {
      return false;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a key was accepted that can't verify", impossible);
    }
  }
}

package dev.rollcall.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What an operator says to be let do something. */
public final class OperatorToken {
  /** Shorter ones could be found by trying. */
  public static final int MIN_LENGTH = 16;

  private final byte[] digest;

  /**
   * @throws IllegalArgumentException when it is too short
   */
  public OperatorToken(String token) {
    if (token.length() < MIN_LENGTH) {
      throw new IllegalArgumentException("a token has at least " + MIN_LENGTH + " characters");
    }
    digest = digest(token);
  }

  /** Takes as long for one that is nearly right as for any other. */
  boolean is(String said) {
    return MessageDigest.isEqual(digest, digest(said));
  }

  /** Never what it is. */
  @Override
  public String toString() {
    return "a token";
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JVM has SHA-256", missing);
    }
  }
}

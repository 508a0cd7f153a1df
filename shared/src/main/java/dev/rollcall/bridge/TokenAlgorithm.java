package dev.rollcall.bridge;

import java.util.Arrays;
import java.util.Optional;

/** How tokens may be signed, and what Java calls it. JWS has more; {@code none} is no signature. */
enum TokenAlgorithm {
  HS256("HmacSHA256"),
  RS256("SHA256withRSA"),
  ES256("SHA256withECDSAinP1363Format");

  private final String javaName;

  TokenAlgorithm(String javaName) {
    this.javaName = javaName;
  }

  static Optional<TokenAlgorithm> of(String name) {
    return Arrays.stream(values()).filter(algorithm -> algorithm.name().equals(name)).findFirst();
  }

  String javaName() {
    return javaName;
  }
}

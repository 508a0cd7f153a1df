package dev.rollcall.bridge;

import java.util.Random;

/** What becomes of a token in bad hands or on a bad line; never the token itself. */
final class Mutations {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.+/ \"{}\u0000\u00e9\ud83d";

  private final String token;
  private final Random random;

  Mutations(String token, Random random) {
    this.token = token;
    this.random = random;
  }

  String next() {
    String mutated = token;
    for (int i = random.nextInt(3); i >= 0 || mutated.equals(token); i--) {
      mutated = mutate(mutated);
    }
    return mutated;
  }

  private String mutate(String text) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + random.nextInt(4));
    String before = text.substring(0, at);
    return switch (random.nextInt(7)) {
      case 0, 1, 2 -> before + any() + text.substring(Math.min(text.length(), at + 1));
      case 3 -> before + any() + text.substring(at);
      case 4 -> before + text.substring(end);
      case 5 -> before + text.substring(at, end) + text.substring(at);
      default -> text.length() < 20 ? token + any() : before;
    };
  }

  private char any() {
    return ALPHABET.charAt(random.nextInt(ALPHABET.length()));
  }
}

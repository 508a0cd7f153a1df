package dev.rollcall.bridge;

/** A token is not good. Says why, and nothing of what the token holds: it may be logged. */
final class RefusedToken extends Exception {
  private static final long serialVersionUID = 1L;

  private final TokenRefusal reason;

  RefusedToken(TokenRefusal reason) {
    // Anybody can cause one: without a stack trace it costs next to nothing.
    super("token refused: " + reason, null, false, false);
    this.reason = reason;
  }

  TokenRefusal reason() {
    return reason;
  }
}

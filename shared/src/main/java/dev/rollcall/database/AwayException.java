package dev.rollcall.database;

/** The server is known to be away. One for all requests: it has no trace of any of them. */
final class AwayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AwayException(String place) {
    super("the database at " + place + " is away", null, false, false);
  }
}

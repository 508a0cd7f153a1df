package dev.rollcall.system;

/** The system could not be started; the message is for the person who tried, a line or a few. */
final class StartFailure extends Exception {

  private static final long serialVersionUID = 1;

  StartFailure(String message) {
    super(message);
  }
}

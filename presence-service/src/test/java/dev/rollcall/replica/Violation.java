package dev.rollcall.replica;

/** What makes a checker of the simulation fail; the message begins with its name. */
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  Violation(String checker, String what) {
    super(checker + ": " + what);
  }
}

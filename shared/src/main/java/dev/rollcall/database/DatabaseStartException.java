package dev.rollcall.database;

/** The database can't be started or reached. The message is one line for whoever starts it. */
public final class DatabaseStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatabaseStartException(String message) {
    super(message);
  }

  /**
   * @param detail for a log; not the cause, because a report of root causes would show it in place
   *     of the message
   */
  DatabaseStartException(String message, Throwable detail) {
    super(message);
    addSuppressed(detail);
  }
}

package dev.rollcall.chat;

/** What came in can't be; thrown by the records that check it. It has no stack trace. */
final class Rejected extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Rejection reason;

  Rejected(Rejection reason) {
    super(reason.toString(), null, false, false);
    this.reason = reason;
  }

  Rejection reason() {
    return reason;
  }

  /** Throws unless that holds which a record asks for. */
  static void unless(boolean valid, Rejection reason) {
    if (!valid) {
      throw new Rejected(reason);
    }
  }
}

package dev.rollcall.bridge;

/** What the application says to one who wants something. */
enum Verdict {
  ALLOWED,
  DENIED,
  UNKNOWN;

  static Verdict of(boolean allowed) {
    return allowed ? ALLOWED : DENIED;
  }

  /** Returns why the frame is refused, of one that is no yes. */
  ErrorCode code() {
    return this == DENIED ? ErrorCode.ACCESS_DENIED : ErrorCode.AUTH_ERROR;
  }
}

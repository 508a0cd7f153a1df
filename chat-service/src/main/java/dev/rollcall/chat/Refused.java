package dev.rollcall.chat;

/** A request that can't be followed, with a code of a closed list for the client. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What may be wrong with a request. */
  enum Code {
    INVALID_BODY,
    INVALID_ROOM,
    INVALID_TEXT,
    INVALID_CLIENT_ID,
    INVALID_BEFORE,
    NOT_SIGNED_IN
  }

  private final Code code;

  Refused(Code code) {
    super(code.name());
    this.code = code;
  }

  Code code() {
    return code;
  }
}

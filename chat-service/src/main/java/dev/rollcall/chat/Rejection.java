package dev.rollcall.chat;

import java.util.Locale;

/** Why a request was refused: the closed list that clients may rely on, with the codes of HTTP. */
enum Rejection {
  INVALID_AFTER(400),
  INVALID_BEFORE(400),
  INVALID_BODY(400),
  INVALID_CLIENT_ID(400),
  INVALID_LIMIT(400),
  INVALID_NUMBER(400),
  INVALID_ROOM(400),
  INVALID_TEXT(400),
  INVALID_TITLE(400),
  INVALID_USER(400),

  /** Only who wrote a message may change it. */
  NOT_THE_AUTHOR(403),

  UNKNOWN_MESSAGE(404),
  UNKNOWN_ROOM(404),

  /** Another message, in another room or with another text, was posted under this client id. */
  CLIENT_ID_USED(409),

  /** What was deleted can't be edited. */
  MESSAGE_DELETED(409),

  /** The database is away, or more is posted than it takes: the same may succeed later. */
  UNAVAILABLE(503);

  private final int status;

  Rejection(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.rollcall.chat;

import java.util.Locale;

/** Why a request was refused: the closed list that clients may rely on. */
enum Rejection {
  INVALID_BEFORE,
  INVALID_BODY,
  INVALID_CLIENT_ID,
  INVALID_ROOM,
  INVALID_TEXT,
  INVALID_USER;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

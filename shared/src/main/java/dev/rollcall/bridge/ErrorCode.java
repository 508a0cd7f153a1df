package dev.rollcall.bridge;

import java.util.Locale;

/** Why a frame was refused: the closed list that clients may rely on. */
enum ErrorCode {
  ACCESS_DENIED,
  ADDRESS_ALREADY_REGISTERED,
  INVALID_JSON,
  INVALID_REPLY_ADDRESS,
  INVALID_TYPE,
  MAX_ADDRESS_LENGTH_REACHED,
  MAX_HANDLERS_REACHED,
  MESSAGE_TOO_LONG,
  MISSING_ADDRESS,
  MISSING_TYPE,
  RATE_LIMITED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

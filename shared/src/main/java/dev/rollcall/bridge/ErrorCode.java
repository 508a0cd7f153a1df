package dev.rollcall.bridge;

import java.util.Locale;

/** Why a frame was refused: the closed list that clients may rely on. */
enum ErrorCode {
  ACCESS_DENIED,
  ADDRESS_ALREADY_REGISTERED,
  /** The application could not say whether it is allowed. */
  AUTH_ERROR,
  INVALID_HEADERS,
  INVALID_JSON,
  INVALID_REPLY_ADDRESS,
  INVALID_TOKEN,
  INVALID_TYPE,
  MAX_ADDRESS_LENGTH_REACHED,
  /** Too many topics, or too many sends that are not answered yet. */
  MAX_HANDLERS_REACHED,
  MESSAGE_TOO_LONG,
  MISSING_ADDRESS,
  MISSING_TYPE,
  RATE_LIMITED,
  /** The client has taken back its register before that was done. */
  UNREGISTERED;

  /** Returns what stands in the frame. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the number that goes with it in the answer to a frame with a reply address. */
  int status() {
    return switch (this) {
      case ACCESS_DENIED -> 403;
      case INVALID_TOKEN -> 401;
      case ADDRESS_ALREADY_REGISTERED, UNREGISTERED -> 409;
      case MAX_HANDLERS_REACHED, RATE_LIMITED -> 429;
      case AUTH_ERROR -> 503;
      default -> 400;
    };
  }
}

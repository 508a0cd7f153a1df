package dev.rollcall.bridge;

import java.util.Locale;

/** Why a token was refused: the closed list behind the counts. A client never learns which. */
enum TokenRefusal {
  MISSING,
  MALFORMED,
  /** Of another key, of a key that is not known, or of an algorithm that is none here. */
  SIGNATURE,
  EXPIRED,
  NOT_YET,
  /** It lives longer than its revocation would be kept. */
  TOO_LONG,
  ISSUER,
  AUDIENCE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.rollcall.bridge;

/** How a connection ended, as far as the others are told. */
enum Departure {
  /** The client closed it. */
  CLOSED,
  /** It broke, or this side broke it: the client may come back. */
  CUT,
  IDLE,
  KICKED
}

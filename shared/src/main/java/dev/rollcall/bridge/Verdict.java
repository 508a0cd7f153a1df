package dev.rollcall.bridge;

/** What the application says to a register. */
enum Verdict {
  ALLOWED,
  DENIED,
  UNKNOWN
}

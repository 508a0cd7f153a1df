package dev.rollcall.access;

/**
 * A user whose tokens count no longer.
 *
 * @param issuedUntil the tokens that were issued by then, in seconds since 1970
 * @param keptUntil when the last of those tokens is over, in seconds since 1970
 */
public record Revocation(String user, long issuedUntil, long keptUntil) {}

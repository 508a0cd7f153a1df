package dev.rollcall.bridge;

/**
 * Who is at the other end of a connection, by their token. Times are in seconds since 1970.
 *
 * @param user the token's subject
 * @param issuedAt when the token was signed
 * @param expiresAt when the token is over
 */
record Identity(String user, long issuedAt, long expiresAt) {}

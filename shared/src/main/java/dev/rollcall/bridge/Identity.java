package dev.rollcall.bridge;

/**
 * Who is at the other end of a connection, by their token.
 *
 * @param user the token's subject
 * @param issuedAt when the token was issued, in seconds since 1970; 0 when it does not say
 * @param expiresAt when the token is over, in seconds since 1970
 */
record Identity(String user, long issuedAt, long expiresAt) {}

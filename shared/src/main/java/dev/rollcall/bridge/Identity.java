package dev.rollcall.bridge;

/**
 * Who is at the other end of a connection, by their token. Times are in seconds since 1970.
 *
 * @param issuedAt when the token was signed
 * @param expiresAt when the token is over
 */
record Identity(BridgeUser who, long issuedAt, long expiresAt) {
  String user() {
    return who.name();
  }
}

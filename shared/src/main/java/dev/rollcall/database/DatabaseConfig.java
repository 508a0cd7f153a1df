package dev.rollcall.database;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/**
 * Where a PostgreSQL is and who we are there. Neither {@link #toString} nor an exception of this
 * class shows the password.
 *
 * @param tls whether the connection is encrypted, and whether the server must prove who it is
 */
public record DatabaseConfig(
    String host, int port, String database, String user, String password, Tls tls) {

  private static final int DEFAULT_PORT = 5432;
  private static final String FORM = "postgresql://user:password@host:port/database";

  /** The values of {@code sslmode} that we know how to keep. */
  public enum Tls {
    /** Not encrypted: for loopback and networks that are trusted. */
    DISABLE,
    /** Encrypted, the server's certificate not checked. */
    REQUIRE,
    /** Encrypted, the certificate checked against the JVM's trust store and the host's name. */
    VERIFY_FULL;

    String sslmode() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public DatabaseConfig {
    Objects.requireNonNull(tls, "tls");
    require(!host.isEmpty(), "has no host");
    require(port > 0 && port <= 65_535, "has a port outside 1 to 65535");
    require(!database.isEmpty() && !database.contains("/"), "does not name one database");
    require(!user.isEmpty(), "has no user");
  }

  /**
   * Reads {@code postgresql://user:password@host:port/database}, percent-decoded; {@code postgres:}
   * is the same scheme, the port may be left out, and {@code ?sslmode=} may be {@code disable} (the
   * default), {@code require} or {@code verify-full}.
   *
   * @throws IllegalArgumentException when it is anything else; the message says what is wrong
   */
  public static DatabaseConfig parse(String url) {
    URI uri = uri(url);
    require(
        "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme()),
        "does not begin with postgresql://");
    require(uri.getRawAuthority() != null, "has no host");
    String authority = uri.getRawAuthority();
    int at = authority.lastIndexOf('@');
    require(at >= 0, "has no user");
    String[] credentials = authority.substring(0, at).split(":", 2);
    String[] address = address(authority.substring(at + 1));
    return new DatabaseConfig(
        decode(address[0]),
        address[1].isEmpty() ? DEFAULT_PORT : port(address[1]),
        decode(uri.getRawPath().replaceFirst("^/", "")),
        decode(credentials[0]),
        credentials.length == 2 ? decode(credentials[1]) : "",
        tls(uri.getRawQuery()));
  }

  /** Returns the URL that {@link #parse} reads, password included: not for logs. */
  public String url() {
    String query = tls == Tls.DISABLE ? "" : "?sslmode=" + tls.sslmode();
    return "postgresql://%s:%s@%s/%s%s"
        .formatted(encode(user), encode(password), address(), encode(database), query);
  }

  /** Returns {@code host:port/database}, for messages. */
  String place() {
    return address() + "/" + database;
  }

  /** Returns the URL for JDBC, without user and password. */
  String jdbcUrl() {
    String factory =
        tls == Tls.VERIFY_FULL ? "&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory" : "";
    return "jdbc:postgresql://%s/%s?sslmode=%s%s"
        .formatted(address(), encode(database), tls.sslmode(), factory);
  }

  @Override
  public String toString() {
    return "DatabaseConfig[%s as %s, sslmode=%s]".formatted(place(), user, tls.sslmode());
  }

  private String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** The cause is left out: its message quotes the whole URL. */
  private static URI uri(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException malformed) {
      throw problem(
          "is not a URL: " + malformed.getReason() + "; percent-encode what is special in it");
    }
  }

  private static String[] address(String text) {
    boolean literal = text.startsWith("[") && text.contains("]");
    String host = literal ? text.substring(1, text.indexOf(']')) : text.replaceFirst(":.*", "");
    String rest = text.substring(literal ? host.length() + 2 : host.length());
    require(rest.isEmpty() || rest.startsWith(":"), "has a malformed host");
    return new String[] {host, rest.isEmpty() ? "" : rest.substring(1)};
  }

  private static int port(String text) {
    require(text.matches("\\d{1,5}"), "has a port that is not a number");
    return Integer.parseInt(text);
  }

  private static Tls tls(String query) {
    if (query == null || query.isEmpty()) {
      return Tls.DISABLE;
    }
    for (Tls tls : Tls.values()) {
      if (query.equals("sslmode=" + tls.sslmode())) {
        return tls;
      }
    }
    throw problem("may only have ?sslmode=disable, require or verify-full after the database");
  }

  private static String decode(String text) {
    try {
      // A plus sign is itself here, unlike in a form.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw problem("has a malformed percent-encoding");
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw problem(otherwise);
    }
  }

  private static IllegalArgumentException problem(String what) {
    return new IllegalArgumentException("the URL of the database " + what + "; its form: " + FORM);
  }
}

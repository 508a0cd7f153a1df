package dev.rollcall.bridge;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where a request carries its token, the first place that has one: {@code Authorization: Bearer},
 * the cookie, the WebSocket's subprotocols, the query. A browser can set the first on no WebSocket,
 * and sends the second to its own site alone; the last may end in a proxy's log, and is for clients
 * that can do nothing else.
 */
final class BearerToken {
  static final String COOKIE = "rollcall_token";

  /** What a WebSocket of a browser speaks where it names protocols. */
  static final String SUBPROTOCOL = "rollcall";

  private static final String SUBPROTOCOL_TOKEN = "rollcall.token.";
  private static final String OFFERED = "Sec-WebSocket-Protocol";
  private static final String PARAMETER = "access_token";
  private static final String BEARER = "Bearer ";

  private static final List<Function<HttpServerRequest, Optional<String>>> PLACES =
      List.of(
          BearerToken::header, BearerToken::cookie, BearerToken::offered, BearerToken::parameter);

  private BearerToken() {}

  static Optional<String> of(HttpServerRequest request) {
    return PLACES.stream()
        .flatMap(place -> place.apply(request).stream())
        .filter(token -> !token.isEmpty())
        .findFirst();
  }

  /** Returns the protocol to answer with, the one that is not the token. */
  static Optional<String> subprotocol(HttpServerRequest request) {
    return subprotocols(request).filter(SUBPROTOCOL::equals).findFirst();
  }

  /** Takes the token off the offered protocols, which Netty logs where it can agree to none. */
  static void hide(HttpServerRequest request) {
    if (offered(request).isPresent()) {
      List<String> others =
          subprotocols(request).filter(name -> !name.startsWith(SUBPROTOCOL_TOKEN)).toList();
      request.headers().remove(OFFERED);
      if (!others.isEmpty()) {
        request.headers().set(OFFERED, String.join(", ", others));
      }
    }
  }

  private static Optional<String> header(HttpServerRequest request) {
    return Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION))
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(value -> value.substring(BEARER.length()).trim());
  }

  private static Optional<String> cookie(HttpServerRequest request) {
    return Optional.ofNullable(request.getCookie(COOKIE)).map(Cookie::getValue);
  }

  private static Optional<String> offered(HttpServerRequest request) {
    return subprotocols(request)
        .filter(name -> name.startsWith(SUBPROTOCOL_TOKEN))
        .map(name -> name.substring(SUBPROTOCOL_TOKEN.length()))
        .findFirst();
  }

  private static Optional<String> parameter(HttpServerRequest request) {
    try {
      return Optional.ofNullable(request.getParam(PARAMETER));
    } catch (IllegalArgumentException malformedEscape) {
      return Optional.empty();
    }
  }

  private static Stream<String> subprotocols(HttpServerRequest request) {
    return request.headers().getAll(OFFERED).stream()
        .flatMap(line -> Arrays.stream(line.split(",", -1)))
        .map(String::trim);
  }
}

package dev.rollcall.bridge;

import dev.rollcall.node.Environment;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Who comes in: a JWT in the cookie {@value #COOKIE} or as a bearer token. In production it is
 * checked with the issuer's public key; in development with a secret, which also signs what the
 * login gives.
 */
final class Authentication {
  static final String COOKIE = "rollcall_token";
  private static final String IDENTITY = "rollcall.identity";
  private static final String BEARER = "Bearer ";
  private static final int MIN_SECRET_LENGTH = 32;

  /** Known to all, so good for nothing but a machine of one's own; production refuses a secret. */
  private static final String DEVELOPMENT_SECRET = "rollcall-development-secret-known-to-all";

  private final JWTAuth tokens;

  private Authentication(JWTAuth tokens) {
    this.tokens = tokens;
  }

  static Authentication from(Environment environment, Vertx vertx) {
    JWTOptions checked = new JWTOptions();
    environment.optional("ROLLCALL_JWT_ISSUER").ifPresent(checked::setIssuer);
    environment
        .optional("ROLLCALL_JWT_AUDIENCE")
        .ifPresent(audience -> checked.setAudience(List.of(audience)));
    PubSecKeyOptions key = environment.production() ? issuer(environment) : secret(environment);
    environment.check();
    return new Authentication(
        JWTAuth.create(vertx, new JWTAuthOptions().addPubSecKey(key).setJWTOptions(checked)));
  }

  /** Lets those through whose token is good; they have an {@link #identity} from here on. */
  Handler<RoutingContext> required() {
    return request -> {
      request.request().pause();
      authenticate(request)
          .onComplete(
              (identity, fault) -> {
                request.request().resume();
                if (fault == null) {
                  request.put(IDENTITY, identity).next();
                } else {
                  Problem.send(request, 401, "a valid token is needed");
                }
              });
    };
  }

  static Identity identity(RoutingContext request) {
    return request.get(IDENTITY);
  }

  /** Signs a token with the development secret. */
  String sign(String user, int seconds) {
    return tokens.generateToken(
        new JsonObject().put("sub", user), new JWTOptions().setExpiresInSeconds(seconds));
  }

  private Future<Identity> authenticate(RoutingContext request) {
    return token(request)
        .map(token -> tokens.authenticate(new TokenCredentials(token)))
        .orElseGet(() -> Future.failedFuture("no token"))
        .map(user -> identity(user.attributes().getJsonObject("accessToken")));
  }

  /** A token that never ends is none: nobody could take it back. */
  private static Identity identity(JsonObject claims) {
    String user = claims.getString("sub", "");
    if (user.isBlank() || user.length() > 128 || claims.getLong("exp") == null) {
      throw new IllegalArgumentException("a token needs sub and exp");
    }
    return new Identity(user, claims.getLong("iat", 0L), claims.getLong("exp"));
  }

  private static Optional<String> token(RoutingContext request) {
    String header = request.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (header != null && header.startsWith(BEARER)) {
      return Optional.of(header.substring(BEARER.length()));
    }
    return Optional.ofNullable(request.request().getCookie(COOKIE)).map(Cookie::getValue);
  }

  private static PubSecKeyOptions secret(Environment environment) {
    String secret = environment.text("ROLLCALL_JWT_SECRET", DEVELOPMENT_SECRET);
    if (secret.length() < MIN_SECRET_LENGTH) {
      environment.problem(
          "ROLLCALL_JWT_SECRET must have at least " + MIN_SECRET_LENGTH + " characters");
    }
    return new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(secret);
  }

  private static PubSecKeyOptions issuer(Environment environment) {
    String file =
        environment.required("ROLLCALL_JWT_PUBLIC_KEY_FILE", "the issuer's public key as PEM");
    if (environment.optional("ROLLCALL_JWT_SECRET").isPresent()) {
      environment.problem("ROLLCALL_JWT_SECRET is for development only");
    }
    environment.check();
    try {
      String pem = Files.readString(Path.of(file));
      return new PubSecKeyOptions().setAlgorithm(algorithm(pem)).setBuffer(pem);
    } catch (IOException | IllegalArgumentException unreadable) {
      environment.problem("ROLLCALL_JWT_PUBLIC_KEY_FILE: no public key in " + file);
      environment.check();
      throw new AssertionError("a problem fails the check", unreadable);
    }
  }

  /** An RSA key verifies RS256, one of a curve ES256. */
  private static String algorithm(String pem) {
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    for (String[] kind : new String[][] {{"RSA", "RS256"}, {"EC", "ES256"}}) {
      try {
        KeyFactory.getInstance(kind[0]).generatePublic(new X509EncodedKeySpec(der));
        return kind[1];
      } catch (GeneralSecurityException otherKind) {
        // The next one, then.
      }
    }
    throw new IllegalArgumentException("neither an RSA nor an EC public key");
  }
}

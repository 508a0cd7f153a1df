package dev.rollcall.bridge;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.rollcall.node.ConfigurationException;
import dev.rollcall.node.Environment;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who comes in: a JWT that an {@linkplain KeySources issuer} signed, wherever the {@linkplain
 * BearerToken request} carries it. In production it is verified with the issuer's public keys; in
 * development with a secret, which also signs what the login gives.
 *
 * <p>A key decides its algorithm, never the token (RFC 8725); claims are parsed once the signature
 * is known to be good. Whom a token was refused to learns that it was, and the counts say why.
 */
final class Authentication {
  static final String COOKIE = BearerToken.COOKIE;

  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  private static final String IDENTITY = "rollcall.identity";

  private final IssuerKeys keys;
  private final TokenVerifier verifier;
  private final Optional<OctetSequenceKey> secret;
  private final ClaimRules rules;
  private final InstantSource clock;
  private final Map<TokenRefusal, LongAdder> refusals = new EnumMap<>(TokenRefusal.class);

  private Authentication(
      Vertx vertx,
      IssuerKeys keys,
      Optional<OctetSequenceKey> secret,
      ClaimRules rules,
      InstantSource clock) {
    this.keys = keys;
    this.verifier = new TokenVerifier(vertx, keys, rules, clock);
    this.secret = secret;
    this.rules = rules;
    this.clock = clock;
    for (TokenRefusal reason : TokenRefusal.values()) {
      refusals.put(reason, new LongAdder());
    }
  }

  /**
   * Reads the keys, and again from time to time where they may change.
   *
   * @return fails with a {@link ConfigurationException} when there are none that can be used
   */
  static Future<Authentication> open(Environment environment, Vertx vertx) {
    return open(environment, vertx, InstantSource.system());
  }

  static Future<Authentication> open(Environment environment, Vertx vertx, InstantSource clock) {
    try {
      Authentication authentication = from(environment, vertx, clock);
      return authentication.keys.started().map(authentication);
    } catch (ConfigurationException refused) {
      return Future.failedFuture(refused);
    }
  }

  /**
   * As {@link #open}, without waiting for the keys of a JWKS: tokens wait for them, and are refused
   * where they can't be read.
   *
   * @throws ConfigurationException when the environment does not say which keys
   */
  static Authentication from(Environment environment, Vertx vertx) {
    return from(environment, vertx, InstantSource.system());
  }

  private static Authentication from(Environment environment, Vertx vertx, InstantSource clock) {
    ClaimRules rules = ClaimRules.from(environment);
    KeySources sources = new KeySources(environment, vertx, clock);
    if (environment.production()) {
      return new Authentication(vertx, sources.issuer(), Optional.empty(), rules, clock);
    }
    OctetSequenceKey secret = sources.secret();
    IssuerKeys keys = IssuerKeys.fixed(KeySources.SECRET, secret);
    return new Authentication(vertx, keys, Optional.of(secret), rules, clock);
  }

  /** Completes when the keys are read; fails with a {@link ConfigurationException}. */
  Future<Void> started() {
    return keys.started();
  }

  /** Lets those through whose token is good; they have an {@link #identity} from here on. */
  Handler<RoutingContext> required() {
    return request -> {
      request.request().pause();
      authenticate(BearerToken.of(request.request()).orElse(""))
          .onComplete((identity, fault) -> answer(request, identity));
    };
  }

  private static void answer(RoutingContext request, Identity identity) {
    request.request().resume();
    if (identity == null) {
      Problem.send(request, 401, "a valid token is needed");
    } else {
      BearerToken.hide(request.request());
      request.put(IDENTITY, identity).next();
    }
  }

  static Identity identity(RoutingContext request) {
    return request.get(IDENTITY);
  }

  /** Returns the WebSocket subprotocol to answer with, where one was offered that is spoken. */
  static Optional<String> subprotocol(HttpServerRequest request) {
    return BearerToken.subprotocol(request);
  }

  /** Fails with a {@link RefusedToken}, on the caller's event loop. */
  Future<Identity> authenticate(String token) {
    return verifier.verify(token).compose(this::check).onFailure(this::count);
  }

  /** Returns how many tokens were refused for the reason. */
  long refused(TokenRefusal reason) {
    return refusals.get(reason).sum();
  }

  /** Signs a token with the secret of development, for this service alone. */
  String sign(String user, int seconds) {
    OctetSequenceKey key =
        secret.orElseThrow(() -> new IllegalStateException("only the issuer signs"));
    long now = clock.instant().getEpochSecond();
    JsonObject claims = new JsonObject().put("sub", user).put("iat", now).put("exp", now + seconds);
    rules.issuer().ifPresent(issuer -> claims.put("iss", issuer));
    rules.audience().ifPresent(audience -> claims.put("aud", audience));
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build();
    JWSObject token = new JWSObject(header, new Payload(claims.encode()));
    try {
      token.sign(new MACSigner(key));
    } catch (JOSEException impossible) {
      throw new IllegalStateException("a secret was accepted that can't sign", impossible);
    }
    return token.serialize();
  }

  private Future<Identity> check(ClaimRules.Claims claims) {
    try {
      return Future.succeededFuture(rules.check(claims, clock.instant().getEpochSecond()));
    } catch (RefusedToken refused) {
      return Future.failedFuture(refused);
    }
  }

  private void count(Throwable fault) {
    if (fault instanceof RefusedToken refused) {
      refusals.get(refused.reason()).increment();
    } else {
      log.error("a token could not be checked", fault);
    }
  }
}

package dev.rollcall.bridge;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.Base64URL;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/**
 * Tells what a token claims, once one of the keys has verified it. Before that nothing of it is
 * believed and its claims stay as they are, so a stranger costs the parsing of a header. No event
 * loop waits: not for keys that have to be fetched, nor for ES256, which takes Java 17 a
 * millisecond.
 */
final class TokenVerifier {
  /** Longer ones fit no header of a request either. */
  private static final int MAX_LENGTH = 8 * 1024;

  /** Three parts in base64url (RFC 7515). The library passes over what does not belong there. */
  private static final Pattern COMPACT = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]+");

  /**
   * Where tokens wait for ES256: apart from all else that blocks, so that who floods the node with
   * forged ones keeps nobody waiting but those who come in by such a token too.
   */
  static final String WORKERS = "rollcall-tokens";

  static final int WORKER_COUNT = 2;

  private final WorkerExecutor workers;
  private final IssuerKeys keys;
  private final ClaimRules rules;
  private final InstantSource clock;
  private final VerifiedTokens known = new VerifiedTokens();

  TokenVerifier(Vertx vertx, IssuerKeys keys, ClaimRules rules, InstantSource clock) {
    this.workers = vertx.createSharedWorkerExecutor(WORKERS, WORKER_COUNT);
    this.keys = keys;
    this.rules = rules;
    this.clock = clock;
  }

  /** Fails with a {@link RefusedToken}, on the caller's event loop. */
  Future<ClaimRules.Claims> verify(String token) {
    if (token == null || token.isEmpty()) {
      return Future.failedFuture(new RefusedToken(TokenRefusal.MISSING));
    }
    if (token.length() > MAX_LENGTH) {
      return Future.failedFuture(new RefusedToken(TokenRefusal.MALFORMED));
    }
    return known
        .find(token, keys.current(), clock.instant().getEpochSecond())
        .map(Future::succeededFuture)
        .orElseGet(() -> verifyAnew(token));
  }

  private Future<ClaimRules.Claims> verifyAnew(String token) {
    try {
      JWSObject parsed = parse(token);
      return mayHaveNewKey(parsed.getHeader())
          ? here(keys.readForUnknown()).transform(read -> verify(token, parsed))
          : verify(token, parsed);
    } catch (RefusedToken refused) {
      return Future.failedFuture(refused);
    }
  }

  private static JWSObject parse(String token) throws RefusedToken {
    try {
      if (COMPACT.matcher(token).matches()) {
        JWSObject parsed = JWSObject.parse(token);
        if (isUnderstood(parsed.getHeader()) && hasOneSpelling(parsed.getSignature())) {
          return parsed;
        }
      }
    } catch (ParseException | RuntimeException malformed) {
      // As one that is not understood. The library has no checked exception for a header of null.
    }
    throw new RefusedToken(TokenRefusal.MALFORMED);
  }

  /**
   * What is critical to its reader is not known here; the library alone would do without base64.
   */
  private static boolean isUnderstood(JWSHeader header) {
    return header.getCriticalParams() == null && header.isBase64URLEncodePayload();
  }

  /** The rest of a token is signed as it is spelled. */
  private static boolean hasOneSpelling(Base64URL signature) {
    return Base64URL.encode(signature.decode()).equals(signature);
  }

  /** An issuer that changes its key signs with the new one at once. It never has a secret. */
  private boolean mayHaveNewKey(JWSHeader token) {
    JWKSet current = keys.current();
    return (isOf(JWSAlgorithm.RS256, token) || isOf(JWSAlgorithm.ES256, token))
        && (token.getKeyID() != null || current.isEmpty())
        && TokenKeys.find(current, token).isEmpty();
  }

  private static boolean isOf(JWSAlgorithm algorithm, JWSHeader token) {
    return algorithm.equals(token.getAlgorithm());
  }

  private Future<ClaimRules.Claims> verify(String token, JWSObject parsed) {
    JWKSet current = keys.current();
    Optional<JWK> key = TokenKeys.find(current, parsed.getHeader());
    if (key.isEmpty()) {
      return Future.failedFuture(new RefusedToken(TokenRefusal.SIGNATURE));
    }
    Callable<ClaimRules.Claims> claims = () -> claims(parsed, key.get());
    return (isOf(JWSAlgorithm.ES256, parsed.getHeader())
            ? workers.executeBlocking(claims, false)
            : now(claims))
        .onSuccess(good -> known.add(token, current, good));
  }

  private ClaimRules.Claims claims(JWSObject token, JWK key) throws RefusedToken {
    try {
      if (token.verify(TokenKeys.verifier(key))) {
        return rules.read(new JsonObject(Buffer.buffer(token.getPayload().toBytes())));
      }
      throw new RefusedToken(TokenRefusal.SIGNATURE);
    } catch (JOSEException unverifiable) {
      throw new RefusedToken(TokenRefusal.SIGNATURE);
    } catch (DecodeException | ClassCastException malformed) {
      throw new RefusedToken(TokenRefusal.MALFORMED);
    }
  }

  private static <T> Future<T> now(Callable<T> work) {
    try {
      return Future.succeededFuture(work.call());
    } catch (Exception fault) {
      return Future.failedFuture(fault);
    }
  }

  /** Several may wait for one reading, each on an event loop of its own. */
  private static <T> Future<T> here(Future<T> shared) {
    Context context = Vertx.currentContext();
    if (context == null) {
      return shared;
    }
    Promise<T> own = Promise.promise();
    shared.onComplete((value, fault) -> context.runOnContext(turn -> own.complete(value, fault)));
    return own.future();
  }
}

package dev.rollcall.bridge;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.rollcall.node.ConfigurationException;
import io.vertx.core.Future;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of who signs the tokens, as they were last read. What can't be read changes nothing:
 * users come in while the issuer is away. What is read replaces all there was: a key that the
 * issuer no longer publishes is good for nothing.
 */
final class IssuerKeys {
  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  /** Anybody can make up a key's id, and the issuer must not feel it. */
  static final long MIN_MILLIS_BETWEEN = 30_000;

  /** Reads all the keys that there are now. */
  interface Source {
    Future<JWKSet> read();
  }

  private final String name;
  private final Source source;
  private final InstantSource clock;
  private volatile JWKSet current = TokenKeys.NONE;
  private volatile String trouble = "";
  private Future<JWKSet> reading;
  private long readMillis;

  /**
   * Begins to read.
   *
   * @param name of the variable that says where the keys are
   */
  IssuerKeys(String name, Source source, InstantSource clock) {
    this.name = name;
    this.source = source;
    this.clock = clock;
    this.readMillis = clock.millis();
    this.reading = begin();
  }

  /** One key that never changes. */
  static IssuerKeys fixed(String name, JWK key) {
    Future<JWKSet> keys = Future.succeededFuture(new JWKSet(key));
    return new IssuerKeys(name, () -> keys, InstantSource.system());
  }

  /** Returns the same object until the keys are others. */
  JWKSet current() {
    return current;
  }

  /** Completes when there are keys; a node that has none does not start, and says why. */
  synchronized Future<Void> started() {
    return reading.transform(
        (keys, fault) -> {
          if (fault == null && !keys.isEmpty()) {
            return Future.succeededFuture();
          }
          String why = fault == null ? "no key for RS256 or ES256" : said(fault);
          return Future.failedFuture(new ConfigurationException(name + ": " + why));
        });
  }

  /** Reads now; who asks meanwhile waits for the same reading. */
  synchronized Future<JWKSet> read() {
    if (reading.isComplete()) {
      readMillis = clock.millis();
      reading = begin();
    }
    return reading;
  }

  /** Reads for a token whose key is not here, unless that was done a moment ago. */
  synchronized Future<JWKSet> readForUnknown() {
    long elapsed = clock.millis() - readMillis;
    // A clock that was set back tells nothing about how long ago it was.
    boolean recent = elapsed >= 0 && elapsed < MIN_MILLIS_BETWEEN;
    return recent ? reading : read();
  }

  private Future<JWKSet> begin() {
    return source.read().map(this::replace).onFailure(this::keep);
  }

  private JWKSet replace(JWKSet keys) {
    if (!keys.equals(current)) {
      log.info("{}: tokens are verified with {}", name, TokenKeys.names(keys));
      current = keys;
    }
    trouble = "";
    return current;
  }

  private void keep(Throwable fault) {
    String now = said(fault);
    if (!now.equals(trouble)) {
      log.warn(
          "{}: {}; tokens are verified with {} as before", name, now, TokenKeys.names(current));
    }
    trouble = now;
  }

  /** Its first reason, in one line. */
  private static String said(Throwable fault) {
    Throwable first = fault;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String message = first.getMessage() == null ? first.toString() : first.getMessage();
    return message.lines().findFirst().orElse("");
  }
}

package dev.rollcall.database;

import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fails requests at once while the server is away, instead of letting each find out by itself.
 *
 * <p>Vert.x's breaker counts the failures of what it executes. Of a request's failure nobody knows
 * what it is a sign of: a request that got no answer or no connection in time may have met a frozen
 * server, or a full pool, or its own slow work; a connection that broke may have been the only one.
 * And a request that was begun before the circuit opened may fail for a reason of its own while it
 * is half open, which the breaker would take for the server's return. So requests are not what it
 * executes, nor what it counts. What looks like an absence ({@link Availability#away}) raises a
 * doubt, and in doubt the server itself is asked, by a connection that no request can take. That
 * question is what the breaker executes: one without an answer opens it, and when it is half open
 * the question comes again, with no request needed to try. An answer of any kind closes it.
 *
 * <p>Requests may come on any thread. The breaker sets its timers where it executes, so that is
 * always the context of whoever opened the database and closes it: a timer of a verticle that was
 * undeployed would never be, and the circuit open for ever.
 */
final class Circuit {
  private static final Logger LOG = LoggerFactory.getLogger(Circuit.class);

  /** From a question without an answer to the next. */
  static final long PAUSE_MILLIS = 500;

  /** How long an answer keeps doubts away: a server too busy for its requests is left in peace. */
  static final long TRUST_MILLIS = 1_000;

  private final Vertx vertx;
  private final Context context;
  private final String place;
  private final Supplier<Future<?>> question;
  private final CircuitBreaker breaker;
  private final DatabaseMetrics metrics;
  private final AtomicBoolean settled = new AtomicBoolean(true);
  private final AwayException known;
  private boolean away;
  private volatile boolean closed;

  /**
   * @param place the server's name in the log
   * @param question asks the server for a sign of life, bounded in time
   */
  Circuit(Vertx vertx, String place, Supplier<Future<?>> question, DatabaseMetrics metrics) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.place = place;
    this.known = new AwayException(place);
    this.question = question;
    this.metrics = metrics;
    this.breaker =
        CircuitBreaker.create("database", vertx, options())
            .failurePolicy(answer -> answer.failed() && Availability.away(answer.cause()))
            .openHandler(opened -> opened())
            .halfOpenHandler(halfOpen -> ask())
            .closeHandler(closed -> answered());
  }

  private static CircuitBreakerOptions options() {
    return new CircuitBreakerOptions()
        .setMaxFailures(1)
        .setResetTimeout(PAUSE_MILLIS)
        // The question has a time-out of its own.
        .setTimeout(-1);
  }

  /** Fails at once, as {@link Database#unavailable}, while the server is known to be away. */
  <T> Future<T> guard(Supplier<Future<T>> request) {
    return open() ? Future.failedFuture(known) : request.get().onFailure(this::doubt);
  }

  boolean open() {
    return breaker.state() != CircuitBreakerState.CLOSED;
  }

  void close() {
    closed = true;
    breaker.close();
  }

  private void doubt(Throwable failure) {
    if (Availability.away(failure) && !open() && settled.compareAndSet(true, false)) {
      context.runOnContext(turn -> ask().onComplete(answer -> trust()));
    }
  }

  private void trust() {
    vertx.setTimer(TRUST_MILLIS, passed -> settled.set(true));
  }

  private Future<?> ask() {
    return closed ? Future.succeededFuture() : breaker.execute(question::get);
  }

  /** Told again with each question that has no answer. */
  private void opened() {
    if (!away) {
      away = true;
      metrics.opened();
      LOG.warn("The database at {} is away: requests fail at once until it answers", place);
    }
  }

  private void answered() {
    away = false;
    LOG.info("The database at {} answers again", place);
  }
}

package dev.rollcall.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One transaction, run again from its beginning where the server could not serialise it with
 * others: then it has rolled back, says so, and may well succeed the next time.
 *
 * <p>Nothing else is tried again. Where an answer was lost, that to a COMMIT above all, nobody
 * knows whether it was done; another error comes back the same.
 */
final class Attempts<T> {
  static final int MOST = 5;

  /** Before the second attempt; doubled each time, since more are in the way than was thought. */
  private static final long FIRST_PAUSE_MILLIS = 20;

  private final Vertx vertx;
  private final Loans loans;
  private final Function<SqlConnection, Future<T>> work;
  private final DatabaseMetrics metrics;
  private final long deadlineNanos;

  /**
   * @param millis within which all attempts end
   */
  Attempts(
      Vertx vertx,
      Loans loans,
      long millis,
      Function<SqlConnection, Future<T>> work,
      DatabaseMetrics metrics) {
    this.vertx = vertx;
    this.loans = loans;
    this.work = work;
    this.metrics = metrics;
    this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  Future<T> run() {
    return attempt(1);
  }

  private Future<T> attempt(int number) {
    return loans
        .lend(Math.max(1, remainingMillis()), this::transact)
        .recover(failure -> again(number, failure));
  }

  private Future<T> again(int number, Throwable failure) {
    String state = Availability.unserialisable(failure);
    long pauseMillis = pauseMillis(number);
    if (state == null || number == MOST || pauseMillis >= remainingMillis()) {
      return Future.failedFuture(failure);
    }
    metrics.retried(state);
    return vertx.timer(pauseMillis, TimeUnit.MILLISECONDS).compose(passed -> attempt(number + 1));
  }

  private Future<T> transact(SqlConnection connection) {
    return connection.begin().compose(transaction -> transact(connection, transaction));
  }

  private Future<T> transact(SqlConnection connection, Transaction transaction) {
    return Future.succeededFuture(connection)
        .compose(own -> Objects.requireNonNull(work.apply(own), "the work has no future"))
        .compose(
            result -> transaction.commit().map(result),
            failure ->
                transaction.rollback().transform(rolledBack -> Future.failedFuture(failure)));
  }

  /** Two that were in each other's way must not meet again: half of the pause is by chance. */
  private static long pauseMillis(int number) {
    long longest = FIRST_PAUSE_MILLIS << (number - 1);
    return ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
  }

  private long remainingMillis() {
    return TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
  }
}

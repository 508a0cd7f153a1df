package dev.rollcall.database;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of a pool, each lent to one piece of work for no longer than its time.
 *
 * <p>Work whose time is over may still be under way: its transaction open, its locks held, a
 * statement unanswered, and more statements to come. In the pool, those would end up in somebody
 * else's transaction. So its connection is cut: the server, as soon as it can, rolls back and lets
 * go of the locks, statements that come later fail, and the pool makes another connection.
 */
final class Loans {
  private static final Logger LOG = LoggerFactory.getLogger(Loans.class);

  private final Pool pool;
  private final Runnable onTimeOver;

  /**
   * @param onTimeOver told of each connection that is cut because its time is over
   */
  Loans(Pool pool, Runnable onTimeOver) {
    this.pool = pool;
    this.onTimeOver = onTimeOver;
  }

  /** Waits for a connection and for the work, no longer than so many milliseconds altogether. */
  <T> Future<T> lend(long millis, Function<SqlConnection, Future<T>> work) {
    Loan<T> loan = new Loan<>(work);
    return pool.getConnection()
        .compose(loan::begin)
        .timeout(millis, TimeUnit.MILLISECONDS)
        .onComplete(end -> loan.timeIsOver());
  }

  private final class Loan<T> {
    private final Function<SqlConnection, Future<T>> work;
    private SqlConnection lent;
    private boolean over;

    Loan(Function<SqlConnection, Future<T>> work) {
      this.work = work;
    }

    Future<T> begin(SqlConnection connection) {
      if (!take(connection)) {
        giveBack(connection);
        return Future.failedFuture("the time was over before a connection came");
      }
      // What the driver tells here it tells the statements too, save those that are not there.
      connection.exceptionHandler(failure -> LOG.debug("A connection failed", failure));
      return Future.succeededFuture(connection)
          .compose(own -> Objects.requireNonNull(work.apply(own), "the work has no future"))
          .onSuccess(done -> done())
          .onFailure(this::failed);
    }

    void timeIsOver() {
      SqlConnection own = end();
      if (own != null) {
        onTimeOver.run();
        // Or else the server would find out only after the statement, at its time-out.
        PgConnection.cast(own)
            .cancelRequest()
            .onFailure(failure -> LOG.debug("A statement could not be cancelled", failure));
        cut(own);
      }
    }

    private void done() {
      SqlConnection own = end();
      if (own != null) {
        giveBack(own);
      }
    }

    private void failed(Throwable failure) {
      SqlConnection own = end();
      if (own != null && Availability.away(failure)) {
        cut(own);
      } else if (own != null) {
        giveBack(own);
      }
    }

    private synchronized boolean take(SqlConnection connection) {
      if (!over) {
        lent = connection;
      }
      return !over;
    }

    /** Returns the connection to whoever is the first to end the loan, and nothing else again. */
    private synchronized SqlConnection end() {
      SqlConnection own = lent;
      lent = null;
      over = true;
      return own;
    }
  }

  private static void giveBack(SqlConnection connection) {
    connection.close().onFailure(failure -> LOG.debug("A connection was not given back", failure));
  }

  /** Given back before its pool knows that it is closed, it would be lent once more. */
  private static void cut(SqlConnection connection) {
    PromptDriver.cut(connection, () -> giveBack(connection));
  }
}

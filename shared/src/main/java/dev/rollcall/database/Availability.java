package dev.rollcall.database;

import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLHandshakeException;

/**
 * Tells a server that is away or too busy, which a caller may try again later, from a statement
 * that is wrong and stays so.
 */
final class Availability {
  static final String DEADLOCK = "40P01";

  /** The server could not serialise a transaction with others, and has rolled it back. */
  private static final Set<String> UNSERIALISABLE = Set.of("40001", DEADLOCK);

  /** The server ends (57P01, 57P02) or starts (57P03). */
  private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03");

  /**
   * The server has no connection left (53300), a statement outlived its time-out (57014), a lock
   * was not to be had in time (55P03), a transaction stood still for too long (25P03). Whoever says
   * so is there.
   */
  private static final Set<String> BUSY = Set.of("53300", "57014", "55P03", "25P03");

  /** Class 08 of the SQL standard: the connection itself failed. */
  private static final String CONNECTION_EXCEPTION = "08";

  /**
   * How the messages begin for which the driver has no class: no connection came free in time, or
   * the one that did had just been lost.
   */
  private static final List<String> MESSAGES =
      List.of("Timeout", "Connection is not active now", "Pending requests failed to be sent");

  private Availability() {}

  /** Tells whether the same may succeed later: the server is away, or too busy. */
  static boolean lost(Throwable failure) {
    return any(failure, cause -> away(cause, sqlState(cause)) || busy(cause, sqlState(cause)));
  }

  /**
   * Tells whether the server may be away. It is also what a pool looks like of which nothing came
   * free in time, and work that was too slow: only the server can tell. But a server that answers
   * is there, whatever it says, and a queue that is full was full before anybody waited.
   */
  static boolean away(Throwable failure) {
    return any(failure, cause -> away(cause, sqlState(cause)));
  }

  /**
   * Returns the SQL state where the server could not serialise a transaction with others, so that
   * nothing of it was done; else null.
   */
  static String unserialisable(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (UNSERIALISABLE.contains(sqlState(cause))) {
        return sqlState(cause);
      }
    }
    return null;
  }

  private static boolean any(Throwable failure, Predicate<Throwable> kind) {
    boolean found = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLHandshakeException) {
        // Whoever answers can't prove who it is, and waiting does not help.
        return false;
      }
      found |= kind.test(cause);
    }
    return found;
  }

  private static boolean busy(Throwable failure, String sqlState) {
    return BUSY.contains(sqlState)
        || UNSERIALISABLE.contains(sqlState)
        || failure instanceof ConnectionPoolTooBusyException
        || failure instanceof AwayException;
  }

  private static boolean away(Throwable failure, String sqlState) {
    return AWAY.contains(sqlState)
        || sqlState.startsWith(CONNECTION_EXCEPTION)
        || failure instanceof IOException
        || failure instanceof ClosedConnectionException
        || failure instanceof TimeoutException
        || (failure instanceof VertxException && away(failure.getMessage()));
  }

  private static boolean away(String message) {
    return message != null && MESSAGES.stream().anyMatch(message::startsWith);
  }

  /** Returns what the server says of a failure; nothing when it is not the server's. */
  private static String sqlState(Throwable failure) {
    String state = null;
    if (failure instanceof PgException refused) {
      state = refused.getSqlState();
    } else if (failure instanceof SQLException refused) {
      state = refused.getSQLState();
    }
    return state == null ? "" : state;
  }
}

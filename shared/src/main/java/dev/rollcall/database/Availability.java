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
import javax.net.ssl.SSLHandshakeException;

/**
 * Tells a server that is away or too busy, which a caller may try again later, from a statement
 * that is wrong and stays so.
 */
final class Availability {
  /**
   * The server ends (57P01, 57P02), starts (57P03) or has no connection left (53300), or a
   * statement outlived its time-out (57014).
   */
  private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "53300", "57014");

  /** Class 08 of the SQL standard: the connection itself failed. */
  private static final String CONNECTION_EXCEPTION = "08";

  /**
   * How the messages begin for which the driver has no class: no connection came free in time, or
   * the one that did had just been lost.
   */
  private static final List<String> MESSAGES =
      List.of("Timeout", "Connection is not active now", "Pending requests failed to be sent");

  private Availability() {}

  static boolean lost(Throwable failure) {
    boolean away = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLHandshakeException) {
        // Whoever answers can't prove who it is, and waiting does not help.
        return false;
      }
      away |= away(cause);
    }
    return away;
  }

  private static boolean away(Throwable failure) {
    if (failure instanceof PgException refused) {
      return away(refused.getSqlState());
    }
    if (failure instanceof SQLException refused) {
      return away(refused.getSQLState());
    }
    return failure instanceof IOException
        || failure instanceof ClosedConnectionException
        || failure instanceof ConnectionPoolTooBusyException
        || failure instanceof TimeoutException
        || (failure instanceof VertxException && away(failure.getMessage(), MESSAGES));
  }

  private static boolean away(String sqlState) {
    return sqlState != null
        && (AWAY.contains(sqlState) || sqlState.startsWith(CONNECTION_EXCEPTION));
  }

  private static boolean away(String message, List<String> beginnings) {
    return message != null && beginnings.stream().anyMatch(message::startsWith);
  }
}

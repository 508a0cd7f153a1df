package dev.rollcall.outbox;

import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;

/**
 * What is kept of a service's announcements in the same database, such as sums: it has each of them
 * exactly once, whatever crashes.
 */
@FunctionalInterface
public interface Projection {
  /** Keeps nothing. */
  Projection NONE = (connection, announced) -> Future.succeededFuture();

  /**
   * Takes in what was announced, in the transaction that gives it its positions; no two of these
   * run at a time. It is called again with the same where that transaction was rolled back.
   *
   * @param announced by topic in the order of their positions, each of which follows the one before
   * @return fails to have the transaction rolled back, and all of it tried again
   */
  Future<?> apply(SqlConnection connection, List<Message> announced);
}

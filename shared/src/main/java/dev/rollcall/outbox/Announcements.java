package dev.rollcall.outbox;

import dev.rollcall.pubsub.Message;
import dev.rollcall.trace.Trace;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one transaction announces, in this order, if it is committed. */
public final class Announcements {
  private final List<Message> messages = new ArrayList<>();
  private Optional<Trace> trace;
  private RuntimeException refused;
  private boolean stored;

  /** Of what is done as a part of this trace, if there is one. */
  Announcements(Optional<Trace> trace) {
    this.trace = trace;
  }

  /**
   * Says that what is added from now on belongs to this trace, not to that of who began the
   * transaction: where several requests are done in one.
   */
  public void within(Optional<Trace> other) {
    trace = other;
  }

  /**
   * Announces an event to the subscribers of a topic, once what this transaction does is committed.
   *
   * @throws IllegalArgumentException when topic, event or payload are beyond their limits; the
   *     transaction is rolled back then, whoever catches this, as after any other failure of this
   * @throws IllegalStateException when the work of the transaction had ended already
   */
  public void add(String topic, String event, JsonObject payload) {
    if (stored) {
      throw new IllegalStateException("the transaction's work has ended");
    }
    try {
      messages.add(Message.of(topic, event, Message.NO_POSITION, payload).within(trace));
    } catch (RuntimeException invalid) {
      refused = invalid;
      throw invalid;
    }
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  /** Writes them, within the transaction. */
  Future<Void> store(SqlConnection connection) {
    stored = true;
    return refused == null ? OutboxTables.add(connection, messages) : Future.failedFuture(refused);
  }
}

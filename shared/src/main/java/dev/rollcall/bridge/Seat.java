package dev.rollcall.bridge;

import dev.rollcall.pubsub.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One client's place in an {@link Audience}, and what is kept for it: what came while it is told
 * what it missed, and what is left of the rest when it is slow.
 */
final class Seat {
  /** What becomes of messages for a client that is behind. */
  enum Slow {
    /** They wait, up to a limit. */
    WAIT,
    /** The latest of each event waits. */
    LATEST,
    /** They are left out: the client gets the state when it has caught up. */
    STATE
  }

  private final Connection connection;
  private final Slow slow;
  private List<Encoded> held;
  private long heldBytes;
  private long position;
  private Map<String, Encoded> latest = Map.of();

  /** Where it is in its audience; the audience's own. */
  int index = -1;

  Seat(Connection connection, Slow slow) {
    this.connection = connection;
    this.slow = slow;
  }

  Connection connection() {
    return connection;
  }

  /** Keeps what comes until {@link #release}. */
  void hold() {
    held = new ArrayList<>();
  }

  /**
   * Lets go what was held, but for what the client has.
   *
   * @param position up to which it was told; what comes late of that is left out from now on
   */
  void release(long position) {
    List<Encoded> waiting = held == null ? List.of() : held;
    this.position = position;
    forget();
    connection.deliver(waiting.stream().filter(this::isNew).toList());
  }

  /** Drops what was held. */
  void forget() {
    held = null;
    connection.held(-heldBytes);
    heldBytes = 0;
  }

  void take(Batch batch) {
    if (held != null) {
      hold(batch.messages());
    } else if (connection.isBehind() || !latest.isEmpty()) {
      // Who reads again is told what waits first, and only then what is new.
      takeSlowly(batch);
    } else {
      deliver(batch);
    }
  }

  private void deliver(Batch batch) {
    if (batch.hasUpTo(position) || batch.isFrom(connection)) {
      connection.deliver(news(batch));
    } else {
      connection.deliver(batch);
    }
  }

  private List<Encoded> news(Batch batch) {
    return batch.messages().stream().filter(this::isNew).toList();
  }

  private boolean isNew(Encoded message) {
    boolean isKnown = message.position() != Message.NO_POSITION && message.position() <= position;
    return !isKnown && !message.isFrom(connection);
  }

  private void hold(List<Encoded> messages) {
    long bytes = messages.stream().mapToLong(Encoded::length).sum();
    held.addAll(messages);
    heldBytes += bytes;
    connection.held(bytes);
  }

  private void takeSlowly(Batch batch) {
    switch (slow) {
      case WAIT -> deliver(batch);
      case LATEST -> keepLatest(news(batch));
      case STATE -> connection.missed(this, batch.messages().size());
    }
  }

  private void keepLatest(List<Encoded> messages) {
    if (latest.isEmpty()) {
      latest = new LinkedHashMap<>();
    }
    for (Encoded message : messages) {
      if (latest.remove(message.event()) != null) {
        connection.conflated();
      }
      latest.put(message.event(), message);
    }
  }

  /** The client has caught up. */
  void drained() {
    if (!latest.isEmpty()) {
      List<Encoded> waiting = List.copyOf(latest.values());
      latest = Map.of();
      connection.deliver(waiting);
    }
  }
}

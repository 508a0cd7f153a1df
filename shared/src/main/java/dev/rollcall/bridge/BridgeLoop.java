package dev.rollcall.bridge;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one event loop serves: its connections, and the rooms they are in. Nothing of it is shared
 * with another loop, and all of it is used on the loop alone.
 */
final class BridgeLoop {
  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  private static final long STAYS = Long.MAX_VALUE;

  private final BridgeContext bridge;
  private final ContextInternal context;
  private final Map<String, Room> rooms = new HashMap<>();
  private final Set<Connection> connections = new HashSet<>();
  private final List<Audience> audiences = new ArrayList<>();
  private final List<Connection> written = new ArrayList<>();
  private final List<Connection> givenUp = new ArrayList<>();
  private boolean turning;

  /** Not counted yet: a counter that others read costs more than this one. */
  private long deliveries;

  /** When the last client is to have gone; none has to while the node stays. */
  private long drainedByMillis = STAYS;

  /** How many clients there are for whom something waits, beyond what the network has taken. */
  private int behind;

  BridgeLoop(BridgeContext bridge, ContextInternal context) {
    this.bridge = bridge;
    this.context = context;
  }

  BridgeContext bridge() {
    return bridge;
  }

  BridgeMetrics metrics() {
    return bridge.metrics();
  }

  /** Runs it on the loop: now, where that is where it is called. */
  void run(Runnable action) {
    context.emit(action, Runnable::run);
  }

  /** Runs it on the loop, in another turn. */
  void runLater(Runnable action) {
    context.runOnContext(turn -> action.run());
  }

  /** One that was on its way in when the node began to leave goes with the last. */
  void opened(Connection connection) {
    connections.add(connection);
    if (drainedByMillis != STAYS) {
      long nowMillis = Bridge.nowMillis();
      drain(connection, Math.max(0, drainedByMillis - nowMillis), nowMillis);
    }
  }

  void closed(Connection connection) {
    connections.remove(connection);
  }

  int connectionCount() {
    return connections.size();
  }

  int roomCount() {
    return rooms.size();
  }

  /** Adds to each topic those that it has beyond the room, which is a subscriber itself. */
  void addClientsTo(Map<String, Integer> topics) {
    rooms.forEach((topic, room) -> topics.merge(topic, room.size() - 1, Integer::sum));
  }

  /** Does it to each connection that there is: what fails with one must not fail with the rest. */
  void each(Consumer<Connection> action) {
    for (Connection connection : List.copyOf(connections)) {
      try {
        action.accept(connection);
      } catch (RuntimeException | OutOfMemoryError fault) {
        connection.fail(fault);
      }
    }
  }

  Room room(String topic, TopicPolicy policy) {
    return rooms.computeIfAbsent(
        topic, name -> new Room(name, policy, this, bridge.pubSub(), bridge.presence()));
  }

  void leaveIfEmpty(Room room) {
    if (room.isEmpty() && rooms.remove(room.topic(), room)) {
      room.close();
    }
  }

  Batch batch(List<Encoded> messages) {
    return new Batch(messages, allocator());
  }

  void flushLater(Audience audience) {
    audiences.add(audience);
    turn();
  }

  void delivered(int messages) {
    deliveries += messages;
  }

  void flushLater(Connection connection) {
    written.add(connection);
    turn();
  }

  void closeLater(Connection connection) {
    givenUp.add(connection);
    turn();
  }

  /** What each client may have waiting, so that all of them together have not too much. */
  long maxWaitingBytes() {
    long share = Limits.MAX_WAITING_BYTES_IN_ALL / Math.max(1, behind);
    return Math.min(Limits.MAX_WAITING_BYTES, share);
  }

  void fellBehind() {
    behind++;
  }

  void caughtUp() {
    behind--;
  }

  /** To be called every second or two. */
  void tick(long nowMillis, long nowEpochSeconds) {
    each(connection -> connection.tick(nowMillis, nowEpochSeconds));
    long waiting = connections.stream().mapToLong(Connection::waitingBytes).sum();
    metrics().waiting(this, waiting);
  }

  /**
   * Gives every client a time of its own to go, such that the last can be back, elsewhere, within
   * so many milliseconds.
   */
  void drain(long withinMillis, long nowMillis) {
    long lastMillis = withinMillis * 4 / 5;
    drainedByMillis = nowMillis + lastMillis;
    int leaving = connections.size();
    AtomicInteger told = new AtomicInteger();
    each(connection -> drain(connection, lastMillis * told.incrementAndGet() / leaving, nowMillis));
  }

  private void drain(Connection connection, long afterMillis, long nowMillis) {
    connection.session().drain(afterMillis, nowMillis);
    context.setTimer(Math.max(1, afterMillis), timer -> connection.tickNow());
  }

  /** At the end of the turn of the event loop: everything that came in it goes out together. */
  private void turn() {
    if (!turning) {
      turning = true;
      context.runOnContext(now -> flush());
    }
  }

  private void flush() {
    for (int i = 0; i < audiences.size(); i++) {
      flush(audiences.get(i)::flush);
    }
    audiences.clear();
    metrics().delivered(deliveries);
    deliveries = 0;
    for (int i = 0; i < written.size(); i++) {
      flush(written.get(i)::flush);
    }
    written.clear();
    for (int i = 0; i < givenUp.size(); i++) {
      flush(givenUp.get(i)::closeGivenUp);
    }
    givenUp.clear();
    metrics().delivered(deliveries);
    deliveries = 0;
    turning = false;
    if (!audiences.isEmpty() || !written.isEmpty()) {
      // Those who were closed have left topics, whose others were told before what is theirs.
      turn();
    }
  }

  /**
   * What fails for some must not keep the others from what is theirs, nor the loop from its next
   * turn; and it may fail by the memory that there is for sockets.
   */
  private static void flush(Runnable some) {
    try {
      some.run();
    } catch (Throwable fault) {
      log.error("messages did not go out", fault);
    }
  }

  private static ByteBufAllocator allocator() {
    return PooledByteBufAllocator.DEFAULT;
  }
}

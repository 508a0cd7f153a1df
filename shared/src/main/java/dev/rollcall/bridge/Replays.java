package dev.rollcall.bridge;

import dev.rollcall.pubsub.History;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one client missed on its topics, one after another, and only while it reads: it never has
 * more of the application's history under way than one topic's share. To be used on the event loop
 * of its connection.
 */
final class Replays {
  private static final Logger log = LoggerFactory.getLogger(Bridge.class);

  /**
   * What a client that has come back asks for.
   *
   * @param after the position that it has, or {@link Registrations#FROM_NOW}
   * @param room where the client is, and hears what comes
   * @param seat holds what comes meanwhile
   * @param isWanted tells whether the client is still there
   */
  record Wanted(
      String topic, long after, History history, Room room, Seat seat, BooleanSupplier isWanted) {}

  private final BridgeLoop loop;
  private final Connection connection;
  private final Registrations registrations;
  private final Queue<Wanted> wanted = new ArrayDeque<>(0);
  private boolean asking;

  Replays(BridgeLoop loop, Connection connection, Registrations registrations) {
    this.loop = loop;
    this.connection = connection;
    this.registrations = registrations;
  }

  void add(Wanted one) {
    wanted.add(one);
    next();
  }

  void next() {
    wanted.removeIf(one -> !one.isWanted.getAsBoolean());
    if (!asking && !wanted.isEmpty() && !connection.isBehind()) {
      asking = true;
      ask(wanted.remove());
    }
  }

  private void ask(Wanted one) {
    Replay.of(one.history, one.topic, one.after, one.room.position())
        .onComplete((replay, fault) -> loop.run(() -> answered(one, replay, fault)));
  }

  private void answered(Wanted one, Replay replay, Throwable fault) {
    asking = false;
    try {
      if (fault == null) {
        give(one, replay);
        one.room.reached(replay.position());
      } else {
        log.atWarn()
            .addKeyValue("topic", one.topic)
            .addKeyValue("session", connection.sessionId())
            .log("what was missed on {} is not known: {}", one.topic, Places.said(fault));
        giveUp(one);
      }
    } catch (RuntimeException | OutOfMemoryError broken) {
      connection.fail(broken);
    }
    next();
  }

  /** A history that does not answer is not asked again for each topic that it has. */
  private void giveUp(Wanted one) {
    List<Wanted> others = wanted.stream().filter(other -> other.history == one.history).toList();
    wanted.removeAll(others);
    giveUnknown(one);
    others.forEach(this::giveUnknown);
  }

  private void giveUnknown(Wanted one) {
    if (one.isWanted.getAsBoolean()) {
      one.room.doubted();
    }
    give(one, Replay.unknown(one.after));
  }

  private void give(Wanted one, Replay replay) {
    if (one.isWanted.getAsBoolean() && one.after != Registrations.FROM_NOW) {
      connection.deliver(replay.messages());
      one.seat.release(replay.position());
    }
    if (one.isWanted.getAsBoolean()) {
      registrations.replayed(one.topic, replay.position(), replay.complete());
    }
  }
}

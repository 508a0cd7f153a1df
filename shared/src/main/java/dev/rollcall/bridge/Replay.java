package dev.rollcall.bridge;

import io.vertx.core.Future;
import java.util.List;

/**
 * What a client missed.
 *
 * @param position up to which it has the topic with these messages
 * @param complete false when there is more than is replayed, or it is not known what there is: the
 *     client had better load all anew
 */
record Replay(List<Encoded> messages, long position, boolean complete) {

  static Replay unknown(long after) {
    return new Replay(List.of(), Math.max(0, after), false);
  }

  /** Asks the application's history; an application that throws has not answered. */
  static Future<Replay> of(History history, String topic, long after, int limit) {
    try {
      if (after == BridgeSession.FROM_NOW) {
        return history.last(topic).map(last -> new Replay(List.of(), last, true));
      }
      // One more than is sent tells that there is more.
      return history
          .after(topic, after, limit + 1)
          .compose(
              events ->
                  events.size() > limit
                      ? history.last(topic).map(last -> new Replay(List.of(), last, false))
                      : Future.succeededFuture(of(events, topic, after)));
    } catch (RuntimeException fault) {
      return Future.failedFuture(fault);
    }
  }

  private static Replay of(List<History.Event> events, String topic, long after) {
    List<Encoded> messages =
        events.stream()
            .map(
                event ->
                    Encoded.of(topic, event.event(), event.position(), event.payload().toBuffer()))
            .toList();
    long position = events.isEmpty() ? after : events.get(events.size() - 1).position();
    return new Replay(messages, position, true);
  }
}

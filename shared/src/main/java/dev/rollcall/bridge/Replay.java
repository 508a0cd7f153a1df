package dev.rollcall.bridge;

import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;

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

  /** Asks the application's history; one that throws, or takes too long, has not answered. */
  static Future<Replay> of(History history, String topic, long after) {
    try {
      return ask(history, topic, after).timeout(Limits.ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RuntimeException fault) {
      return Future.failedFuture(fault);
    }
  }

  private static Future<Replay> ask(History history, String topic, long after) {
    if (after == Registrations.FROM_NOW) {
      return history.last(topic).map(last -> new Replay(List.of(), last, true));
    }
    // One more than is sent tells that there is more.
    return history
        .after(topic, after, Limits.MAX_REPLAYED + 1)
        .map(Replay::encoded)
        .compose(
            messages ->
                messages.isEmpty() || isTooMuch(messages)
                    ? history.last(topic).map(last -> without(messages, after, last))
                    : Future.succeededFuture(with(messages)));
  }

  private static Replay with(List<Encoded> messages) {
    return new Replay(messages, messages.get(messages.size() - 1).position(), true);
  }

  /**
   * Nothing came after the position, or too much did. What is stored between the two questions is
   * heard as it is said; a position that the history has not reached is another history's.
   */
  private static Replay without(List<Encoded> messages, long after, long last) {
    return messages.isEmpty() && after <= last
        ? new Replay(List.of(), after, true)
        : new Replay(List.of(), last, false);
  }

  private static boolean isTooMuch(List<Encoded> messages) {
    long bytes = messages.stream().mapToLong(Encoded::length).sum();
    return messages.size() > Limits.MAX_REPLAYED || bytes > Limits.MAX_REPLAYED_BYTES;
  }

  private static List<Encoded> encoded(List<Message> messages) {
    return messages.stream().map(Encoded::of).toList();
  }
}

package dev.rollcall.bridge;

import dev.rollcall.pubsub.History;
import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import java.util.ArrayList;
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

  /**
   * Asks the application's history; one that throws, or takes too long, has not answered. It is
   * asked only once it is known what the client hears: it answers with all that comes before, and
   * nothing lies in between.
   *
   * @param heard the position after which, at the latest, the client hears what comes
   */
  static Future<Replay> of(History history, String topic, long after, Future<Long> heard) {
    return ask(history, topic, after, heard).timeout(Limits.ANSWER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Future<Replay> ask(History history, String topic, long after, Future<Long> heard) {
    if (after != Registrations.FROM_NOW) {
      return heard.compose(at -> new Missed(history, topic, after, at).ask(after));
    }
    // Where it is not known yet the topic was just opened, and its history asked for its end.
    Future<Long> last =
        heard.isComplete()
            ? heard.compose(at -> history.last(topic).map(end -> Math.max(end, at)))
            : heard;
    return last.map(end -> new Replay(List.of(), end, true));
  }

  /** What came after a position, in the making: a history may answer in parts. */
  private static final class Missed {
    private final History history;
    private final String topic;
    private final long after;
    private final long heard;
    private final List<Message> found = new ArrayList<>();
    private long bytes;

    Missed(History history, String topic, long after, long heard) {
      this.history = history;
      this.topic = topic;
      this.after = after;
      this.heard = heard;
    }

    /** One more than is sent tells that there is more. */
    Future<Replay> ask(long position) {
      return history
          .after(topic, position, Limits.MAX_REPLAYED + 1 - found.size())
          .compose(more -> take(position, more));
    }

    private Future<Replay> take(long position, List<Message> more) {
      if (more.isEmpty()) {
        return history.last(topic).map(this::nothingMore);
      }
      if (!add(position, more) || isTooMuch()) {
        return history.last(topic).map(this::incomplete);
      }
      long end = position + more.size();
      return end < heard ? ask(end) : Future.succeededFuture(new Replay(encoded(), end, true));
    }

    /** Returns false where they do not follow: the history may not go back so far any more. */
    private boolean add(long position, List<Message> more) {
      long expected = position;
      for (Message each : more) {
        if (each.position() != ++expected) {
          return false;
        }
        found.add(each);
        bytes += each.encodedPayload().length();
      }
      return true;
    }

    private boolean isTooMuch() {
      return found.size() > Limits.MAX_REPLAYED || bytes > Limits.MAX_REPLAYED_BYTES;
    }

    /**
     * What is stored between the two questions is heard as it is said; a position that the topic
     * has not reached is another history's.
     */
    private Replay nothingMore(long last) {
      boolean hasAll = heard <= after && after <= Math.max(last, heard);
      return hasAll ? new Replay(List.of(), after, true) : incomplete(last);
    }

    private Replay incomplete(long last) {
      return new Replay(List.of(), Math.max(last, heard), false);
    }

    private List<Encoded> encoded() {
      return found.stream().map(Encoded::of).toList();
    }
  }
}

package dev.rollcall.system;

import dev.rollcall.pubsub.Message;
import dev.rollcall.system.TopicListener.Heard;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A topic on which a service announces what it has stored: all that is heard, and what the database
 * says of it. What must hold: every position from 1 to the last is heard, with what is stored under
 * it, and not before it can be seen there.
 */
final class WatchedTopic implements Untold {
  private final OutboxRecords records;
  private final CommitWatch watch;
  private final TopicListener listener;

  private WatchedTopic(OutboxRecords records, CommitWatch watch, TopicListener listener) {
    this.records = records;
    this.watch = watch;
    this.listener = listener;
  }

  /**
   * @param absent finds what was heard and is not in the database; called on one other thread
   */
  static WatchedTopic open(Deployment system, OutboxRecords records, CommitWatch.Lookup absent)
      throws Exception {
    CommitWatch watch = new CommitWatch(absent);
    TopicListener listener = TopicListener.join(system, records.topic(), watch::heard);
    return new WatchedTopic(records, watch, listener);
  }

  OutboxRecords records() {
    return records;
  }

  List<Heard> heard() {
    return listener.heard();
  }

  @Override
  public long unnumbered() throws SQLException {
    return records.unnumbered();
  }

  @Override
  public List<Long> unsaid() throws SQLException {
    return listener.unheard(records.last());
  }

  /** Tells whether all that is committed gets a position and is heard by then. */
  boolean settles(Duration within) throws Exception {
    return Eventually.holds(within, () -> records.unnumbered() == 0 && unsaid().isEmpty());
  }

  /** Returns how many messages were heard another time. */
  long repeats() {
    List<Heard> all = heard();
    return all.size() - all.stream().map(each -> each.message().position()).distinct().count();
  }

  /** Adds what is wrong with what was heard. */
  void check(Faults faults) throws SQLException {
    Map<Long, Message> stored = new HashMap<>();
    records.announced().forEach(message -> stored.put(message.position(), message));
    faults.equal("committed and never numbered", records.unnumbered(), 0L);
    faults.equal("positions without a hole", (long) stored.size(), records.last());
    faults.none("positions not heard", unsaid());
    faults.none("heard, but stored otherwise or not at all", others(stored));
    faults.none("announced before the commit", lines(watch.early()));
  }

  private List<String> others(Map<Long, Message> stored) {
    return lines(
        heard().stream()
            .map(Heard::message)
            .filter(message -> !same(message, stored.get(message.position())))
            .toList());
  }

  private static boolean same(Message heard, Message stored) {
    return stored != null
        && heard.event().equals(stored.event())
        && heard.encodedPayload().equals(stored.encodedPayload());
  }

  private static List<String> lines(List<Message> messages) {
    return messages.stream()
        .map(each -> each.position() + " " + each.event() + " " + each.encodedPayload())
        .toList();
  }

  void close() throws Exception {
    listener.close();
    watch.close();
  }
}

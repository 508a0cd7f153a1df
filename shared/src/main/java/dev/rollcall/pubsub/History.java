package dev.rollcall.pubsub;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import java.util.List;

/**
 * What a topic carried, for those who were away. The application keeps it, where it keeps its data;
 * the messages that it broadcasts name their position in it, see {@link Message#position}.
 */
public interface History {
  /** Returns the position of the latest message that is stored, 0 when none is. */
  Future<Long> last(String topic);

  /**
   * Returns what is stored after a position, in its order and without a hole. Where the oldest are
   * kept no longer, it begins with what is left of them.
   *
   * @param limit at most as many; there may be fewer although more are stored, but not none
   */
  Future<List<Message>> after(String topic, long position, int limit);

  /**
   * Returns the history that a service elsewhere in the cluster answers for at an address, see
   * {@link #answer}. A question fails within 3 s where nobody does.
   */
  static History over(EventBus bus, String address) {
    return new BusHistory(bus, address);
  }

  /**
   * Answers for a history at an address of the bus. Completes once the cluster knows; ends with the
   * verticle that calls it.
   */
  static Future<Void> answer(EventBus bus, String address, History history) {
    return BusHistory.answer(bus, address, history);
  }
}

package dev.rollcall.access;

import dev.rollcall.pubsub.NodeId;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The words to all nodes that are under way. Each is repeated to who has not acknowledged it, until
 * everybody has or has left; and only so often.
 *
 * <p>Not safe for concurrent use.
 */
final class Words {
  /** After so many a word has failed. */
  static final int REPEATS = 20;

  /** One word, and who has still to say that it was heard. */
  static final class Word {
    private final String event;
    private final JsonObject payload;
    private final Set<NodeId> missing;
    private final Promise<Void> heard;
    private int repeats;

    Word(String event, JsonObject payload, Set<NodeId> missing, Promise<Void> heard) {
      this.event = event;
      this.payload = payload;
      this.missing = new HashSet<>(missing);
      this.heard = heard;
    }

    String event() {
      return event;
    }

    JsonObject payload() {
      return payload;
    }

    Set<NodeId> missing() {
      return Set.copyOf(missing);
    }

    private boolean isSettled() {
      if (missing.isEmpty()) {
        heard.tryComplete();
      } else if (repeats >= REPEATS) {
        heard.tryFail(missing + " did not answer");
      }
      return heard.future().isComplete();
    }
  }

  private final Map<Long, Word> underWay = new HashMap<>();
  private long last;

  /**
   * Begins a word; its payload gets a number.
   *
   * @param to who has to acknowledge it
   * @param heard completes when they have
   */
  Word begin(String event, JsonObject payload, Set<NodeId> to, Promise<Void> heard) {
    long number = ++last;
    Word word = new Word(event, payload.put("word", number), to, heard);
    underWay.put(number, word);
    settle();
    return word;
  }

  /** Takes a node's acknowledgement. */
  void heard(NodeId from, long number) {
    Word word = underWay.get(number);
    if (word != null) {
      word.missing.remove(from);
      settle();
    }
  }

  /**
   * Lets the time between two repeats pass, and returns what is to be repeated.
   *
   * @param present the nodes in the cluster: one that has left has nobody to send away
   */
  Collection<Word> repeat(Set<NodeId> present) {
    underWay.values().forEach(word -> word.missing.retainAll(present));
    settle();
    underWay.values().forEach(word -> word.repeats++);
    return List.copyOf(underWay.values());
  }

  private void settle() {
    underWay.values().removeIf(Word::isSettled);
  }
}

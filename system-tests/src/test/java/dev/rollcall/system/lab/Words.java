package dev.rollcall.system.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Words that are broadcast and stored nowhere: each is heard by everybody who was there when it was
 * said and has stayed, or is lost. One word of a speaker's is told from the next by the time
 * between them. Safe for concurrent use.
 */
final class Words {
  /** Less than lies between two words of one speaker's. */
  private static final long HEARD_NANOS = 2_000_000_000L;

  /** Who has come in just now may be too late for what is under way. */
  private static final long THERE_NANOS = 500_000_000L;

  private final List<Visitor> visitors;
  private final Map<String, Word> open = new HashMap<>();
  private final List<Word> due = new ArrayList<>();
  private int said;

  private static final class Word {
    private final Visitor speaker;
    private final long saidNanos = System.nanoTime();
    private final Set<Visitor> expected = new HashSet<>();
    private String failure;

    private Word(Visitor speaker) {
      this.speaker = speaker;
    }
  }

  /**
   * @param visitors those there are, as they come and go
   */
  Words(List<Visitor> visitors) {
    this.visitors = visitors;
  }

  /** Somebody is about to say a word. Returns what is to be told if it can't be said. */
  synchronized Consumer<Throwable> say(Visitor speaker, String topic) {
    Word word = new Word(speaker);
    for (Visitor visitor : visitors) {
      if (visitor != speaker && visitor.topics().contains(topic) && stays(visitor, word, 0)) {
        word.expected.add(visitor);
      }
    }
    said++;
    open.put(speaker.user() + topic, word);
    due.add(word);
    return fault -> failed(word, fault);
  }

  private synchronized void failed(Word word, Throwable fault) {
    word.failure = String.valueOf(fault.getMessage());
  }

  synchronized void heard(Visitor listener, String topic, String from) {
    Word word = open.get(from + topic);
    if (word != null) {
      word.expected.remove(listener);
    }
  }

  /**
   * Tells of each whose time is over and which was not heard by all.
   *
   * @param lost told when it was said, and what is wrong
   */
  synchronized void judge(BiConsumer<Long, String> lost) {
    long now = System.nanoTime();
    while (!due.isEmpty() && now - due.get(0).saidNanos > HEARD_NANOS) {
      Word word = due.remove(0);
      word.expected.removeIf(visitor -> !stays(visitor, word, HEARD_NANOS));
      if (word.failure != null) {
        lost.accept(word.saidNanos, word.speaker.user() + " could not say: " + word.failure);
      } else if (!word.expected.isEmpty()) {
        List<String> deaf = word.expected.stream().map(Visitor::user).sorted().toList();
        lost.accept(word.saidNanos, word.speaker.user() + " is not heard by " + deaf);
      }
    }
  }

  /** From well before it was said until so long after it. */
  private static boolean stays(Visitor visitor, Word word, long forNanos) {
    return visitor
        .whereabouts()
        .at(word.saidNanos)
        .filter(stay -> word.saidNanos - stay.fromNanos() > THERE_NANOS)
        .filter(stay -> stay.covers(word.saidNanos + forNanos))
        .isPresent();
  }

  synchronized int said() {
    return said;
  }
}

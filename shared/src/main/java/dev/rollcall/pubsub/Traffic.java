package dev.rollcall.pubsub;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what goes to other nodes and comes of them; may be used on any thread. */
public final class Traffic {
  /** How a message travels; of these there are few, whatever the topics are. */
  public enum Kind {
    /** To every other node. */
    BROADCAST,
    /** To one other node. */
    DIRECT,
    /** A node's word that it is there. */
    BEACON
  }

  private record Count(LongAdder messages, LongAdder bytes) {
    Count() {
      this(new LongAdder(), new LongAdder());
    }

    void add(int size) {
      messages.increment();
      bytes.add(size);
    }
  }

  private final Map<Kind, Count> sent = counts();
  private final Map<Kind, Count> received = counts();

  void sent(Kind kind, int bytes) {
    sent.get(kind).add(bytes);
  }

  void received(Kind kind, int bytes) {
    received.get(kind).add(bytes);
  }

  /** Returns how many were handed to the bus; one for all nodes counts once. */
  public long sent(Kind kind) {
    return sent.get(kind).messages().sum();
  }

  /** Returns the size of their payloads. */
  public long sentBytes(Kind kind) {
    return sent.get(kind).bytes().sum();
  }

  public long received(Kind kind) {
    return received.get(kind).messages().sum();
  }

  public long receivedBytes(Kind kind) {
    return received.get(kind).bytes().sum();
  }

  private static Map<Kind, Count> counts() {
    Map<Kind, Count> counts = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      counts.put(kind, new Count());
    }
    return counts;
  }
}

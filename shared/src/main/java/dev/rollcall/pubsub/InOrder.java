package dev.rollcall.pubsub;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Delivers the stored messages of one topic once, in their order, and without a hole.
 *
 * <p>Nodes broadcast side by side: one may hear 73 before 71, hear 71 twice, and never hear 72. So
 * what is not the next is held; what came before is a repeat, and dropped. A hole mostly fills by
 * itself within milliseconds, as messages cross. One that does not is filled from the history:
 *
 * <pre>
 * heard      71  73  74        (80 ms)              72 of the history
 * delivered  71                ask for what is                       72  73  74
 * held           73  74        after 71, one
 * </pre>
 *
 * <p>The first question is where the topic is: what comes after that is delivered. Afterwards
 * {@link #reached} tells of what nobody may have heard, the end of a topic that is silent since.
 *
 * <p>A hole is given up, and told as missed, when the history begins only after it, when the
 * history has failed so often that who listens has waited long enough, or when too much is held. It
 * is never filled later: positions only grow.
 *
 * <p>Knows no clock: it asks to be woken, at one time at most. The order of the calls decides all.
 * What it tells the outbox may come back to it only after the call has returned. Not safe for
 * concurrent use.
 */
final class InOrder {
  /** Nodes' messages cross within less; who waits for a hole is not kept much longer. */
  static final long PATIENCE_MILLIS = 80;

  /** A history that has not answered by then has failed; what it says later does not count. */
  static final long ANSWER_MILLIS = 3_000;

  /** After the first failure; doubled with each, up to the next. */
  static final long FIRST_PAUSE_MILLIS = 100;

  static final long MAX_PAUSE_MILLIS = 5_000;

  /** So often in a row a history may fail until what is held goes on without it: 6 s at most. */
  static final int MAX_FAILURES_TO_BEGIN = 2;

  /** As above, for a hole: 11 s where it fails at once, 35 s where it does not answer. */
  static final int MAX_FAILURES = 8;

  static final int MAX_HELD = 2_000;
  static final long MAX_HELD_BYTES = 1024 * 1024;

  /** With this part of it held, as on a topic with much traffic, a hole is asked for at once. */
  static final int MUCH = 8;

  /** Messages of one answer: some are large. */
  static final int MAX_ASKED = 100;

  private static final long UNKNOWN = -1;

  /** Takes what is decided, in this order. */
  interface Outbox {
    /** It is known after which position messages are delivered; told once, before the first. */
    void begin(long base);

    void deliver(Message message);

    /** The messages from one position to another, both included, are not delivered any more. */
    void missed(long from, long to);

    /** Asks where the history ends; {@link InOrder#last} or {@link InOrder#failed} answers. */
    void askLast(long question);

    /** Asks the history; {@link InOrder#after} or {@link InOrder#failed} answers. */
    void askAfter(long position, int limit, long question);

    /** Calls {@link InOrder#wake} after so long, and not at the time that was said before. */
    void wakeIn(long millis);
  }

  /** What it waits for: all but the first have a time at which to be woken. */
  private enum Waiting {
    FOR_NOTHING,
    FOR_MESSAGES,
    FOR_AN_ANSWER,
    TO_ASK_AGAIN
  }

  private final Outbox out;
  private final NavigableMap<Long, Message> held = new TreeMap<>();
  private long heldBytes;
  private long delivered = UNKNOWN;

  /** How far the history is known to go. */
  private long reached;

  private Waiting waiting = Waiting.FOR_NOTHING;

  /** Where it was when the wait, or the question, began. */
  private long since;

  /** The number of the last question: an answer to another does not count. */
  private long question;

  /** Questions in a row that brought nothing. */
  private int failures;

  InOrder(Outbox out) {
    this.out = out;
  }

  /** Asks where to begin, unless so much was heard already that it has begun. */
  void start() {
    if (delivered == UNKNOWN) {
      ask();
    }
  }

  /** Returns the position up to which it has delivered; negative until it has begun. */
  long delivered() {
    return delivered;
  }

  /** Takes a message that was heard. */
  void receive(Message message) {
    long position = message.position();
    if (position == Message.NO_POSITION) {
      out.deliver(message);
    } else if (position == delivered + 1) {
      deliver(message);
      deliverHeld();
    } else if (position > delivered) {
      hold(message);
    }
  }

  /** Takes word that the history goes so far. */
  void reached(long position) {
    reached = Math.max(reached, position);
    fill();
  }

  /** The time has come that was asked for. */
  void wake() {
    switch (waiting) {
      case FOR_NOTHING -> {}
      case FOR_MESSAGES -> askUnlessMoved();
      case FOR_AN_ANSWER -> failed(question);
      case TO_ASK_AGAIN -> askIfBehind();
    }
  }

  /** The history's answer where it ends. */
  void last(long answered, long position) {
    if (!isAwaited(answered)) {
      return;
    }
    failures = 0;
    if (delivered == UNKNOWN) {
      begin(Math.max(0, position));
    }
    reached = Math.max(reached, position);
    rest();
  }

  /** The history's answer what comes after the position that was asked about. */
  void after(long answered, List<Message> messages) {
    if (!isAwaited(answered)) {
      return;
    }
    take(messages);
    if (delivered > since) {
      failures = 0;
      askIfBehind();
    } else if (failures + 1 < MAX_FAILURES) {
      // It does not have what was broadcast: it may be late itself.
      failed(answered);
    } else {
      giveUp();
      failures = 0;
      rest();
    }
  }

  /** The history has not answered, or can't. */
  void failed(long answered) {
    if (!isAwaited(answered)) {
      return;
    }
    failures++;
    boolean begun = delivered != UNKNOWN;
    if (!held.isEmpty() && failures >= (begun ? MAX_FAILURES : MAX_FAILURES_TO_BEGIN)) {
      goOn(held.firstKey());
      rest();
    } else if (isBehind()) {
      pause();
    } else {
      rest();
    }
  }

  /** Waits for what is missing, if anything is. */
  private void rest() {
    waiting = Waiting.FOR_NOTHING;
    fill();
  }

  private boolean isAwaited(long answered) {
    return waiting == Waiting.FOR_AN_ANSWER && answered == question;
  }

  private boolean isBehind() {
    return delivered == UNKNOWN || !held.isEmpty() || reached > delivered;
  }

  private void begin(long base) {
    delivered = base;
    out.begin(base);
    deliverHeld();
  }

  private void deliver(Message message) {
    delivered = message.position();
    out.deliver(message);
  }

  /** Delivers what follows of what is held, and drops of it what has come another way. */
  private void deliverHeld() {
    while (!held.isEmpty() && held.firstKey() <= delivered + 1) {
      Message first = held.pollFirstEntry().getValue();
      heldBytes -= first.encodedPayload().length();
      if (first.position() > delivered) {
        deliver(first);
      }
    }
  }

  private void hold(Message message) {
    if (held.isEmpty() && waiting == Waiting.TO_ASK_AGAIN && delivered != UNKNOWN) {
      // The pause was for what nobody waits for.
      waiting = Waiting.FOR_NOTHING;
    }
    if (held.putIfAbsent(message.position(), message) == null) {
      heldBytes += message.encodedPayload().length();
    }
    while (held.size() > MAX_HELD || heldBytes > MAX_HELD_BYTES) {
      goOn(held.firstKey());
    }
    fill();
    if (waiting == Waiting.FOR_MESSAGES && holdsMuch()) {
      ask();
    }
  }

  private boolean holdsMuch() {
    return held.size() > MAX_HELD / MUCH || heldBytes > MAX_HELD_BYTES / MUCH;
  }

  /** Goes on with this position, or with what is held before it: what comes before is missed. */
  private void goOn(long position) {
    long next = held.isEmpty() ? position : Math.min(position, held.firstKey());
    if (delivered == UNKNOWN) {
      begin(next - 1);
      return;
    }
    long from = delivered + 1;
    delivered = next - 1;
    out.missed(from, delivered);
    deliverHeld();
  }

  /** Up to where the answer has a hole itself: what comes after that is asked for again. */
  private void take(List<Message> messages) {
    long expected = messages.isEmpty() ? UNKNOWN : messages.get(0).position();
    for (Message message : messages) {
      if (message.position() != expected++) {
        return;
      }
      while (message.position() > delivered + 1) {
        // The history begins after what is missing.
        goOn(message.position());
      }
      if (message.position() == delivered + 1) {
        deliver(message);
        deliverHeld();
      }
    }
  }

  /** The history answers, and has it not. */
  private void giveUp() {
    if (held.isEmpty()) {
      reached = delivered;
    } else {
      goOn(held.firstKey());
    }
  }

  private void fill() {
    if (waiting == Waiting.FOR_NOTHING && isBehind()) {
      waiting = Waiting.FOR_MESSAGES;
      since = delivered;
      out.wakeIn(PATIENCE_MILLIS);
    }
  }

  /** Where others were filled meanwhile this is another hole: one time serves them all. */
  private void askUnlessMoved() {
    if (delivered == since) {
      askIfBehind();
    } else {
      rest();
    }
  }

  private void askIfBehind() {
    if (isBehind()) {
      ask();
    } else {
      waiting = Waiting.FOR_NOTHING;
    }
  }

  private void ask() {
    waiting = Waiting.FOR_AN_ANSWER;
    since = delivered;
    question++;
    out.wakeIn(ANSWER_MILLIS);
    if (delivered == UNKNOWN) {
      out.askLast(question);
    } else {
      long missing = (held.isEmpty() ? reached : held.firstKey() - 1) - delivered;
      out.askAfter(delivered, (int) Math.min(MAX_ASKED, missing), question);
    }
  }

  private void pause() {
    waiting = Waiting.TO_ASK_AGAIN;
    out.wakeIn(Math.min(MAX_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures - 1, 10)));
  }
}

package dev.rollcall.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Each rule of the order, step by step: what came in, and what went out since. */
class InOrderTest {
  private static final Buffer PAYLOAD = Buffer.buffer("{}");

  private final List<String> out = new ArrayList<>();
  private final InOrder order = new InOrder(new Recorder());
  private long question;

  private final class Recorder implements InOrder.Outbox {
    @Override
    public void begin(long base) {
      out.add("begin " + base);
    }

    @Override
    public void deliver(Message message) {
      out.add("deliver " + message.position());
    }

    @Override
    public void missed(long from, long to) {
      out.add("missed " + from + " to " + to);
    }

    @Override
    public void askLast(long number) {
      question = number;
      out.add("ask last");
    }

    @Override
    public void askAfter(long position, int limit, long number) {
      question = number;
      out.add("ask " + limit + " after " + position);
    }

    @Override
    public void wakeIn(long millis) {
      out.add("wake in " + millis);
    }
  }

  private static Message message(long position) {
    return new Message("orders", "created", position, PAYLOAD);
  }

  private static List<Message> messages(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(InOrderTest::message).toList();
  }

  private void hear(long... positions) {
    for (long position : positions) {
      order.receive(message(position));
    }
  }

  private void beginAt(long base) {
    order.start();
    order.last(question, base);
    out.clear();
  }

  /** Returns what went out since the last look. */
  private List<String> out() {
    List<String> since = List.copyOf(out);
    out.clear();
    return since;
  }

  @Test
  void itBeginsAfterWhatTheHistoryHas() {
    order.start();
    assertThat(out()).containsExactly("wake in 3000", "ask last");
    hear(70, 72, 71);
    assertThat(out()).isEmpty();
    order.last(question, 70);
    assertThat(out()).containsExactly("begin 70", "deliver 71", "deliver 72");
  }

  @Test
  void whatIsNextIsDeliveredWithoutATimer() {
    beginAt(70);
    hear(71, 72, 73);
    assertThat(out()).containsExactly("deliver 71", "deliver 72", "deliver 73");
  }

  @Test
  void repeatsAreDropped() {
    beginAt(70);
    hear(71, 71, 70, 3);
    assertThat(out()).containsExactly("deliver 71");
    hear(73, 73, 72, 73, 72);
    assertThat(out()).containsExactly("wake in 80", "deliver 72", "deliver 73");
  }

  @Test
  void whatIsNotStoredPassesAtAnyTime() {
    order.start();
    out();
    hear(0);
    order.last(question, 70);
    hear(72, 0);
    assertThat(out()).containsExactly("deliver 0", "begin 70", "wake in 80", "deliver 0");
  }

  @Test
  void aHoleThatFillsByItselfCostsNoQuestion() {
    beginAt(70);
    hear(73, 72, 71);
    assertThat(out()).containsExactly("wake in 80", "deliver 71", "deliver 72", "deliver 73");
    order.wake();
    assertThat(out()).isEmpty();
  }

  @Test
  void aHoleThatStaysIsFilledFromTheHistory() {
    beginAt(70);
    hear(73, 74);
    out();
    order.wake();
    assertThat(out()).containsExactly("wake in 3000", "ask 2 after 70");
    order.after(question, messages(71, 72));
    assertThat(out()).containsExactly("deliver 71", "deliver 72", "deliver 73", "deliver 74");
  }

  /** Two nodes that broadcast much cross all the time: one timer serves all those holes. */
  @Test
  void aHoleIsNotOlderThanWhatWasDeliveredSince() {
    beginAt(70);
    hear(72, 71, 74);
    out();
    order.wake();
    assertThat(out()).containsExactly("wake in 80");
    order.wake();
    assertThat(out()).containsExactly("wake in 3000", "ask 1 after 72");
  }

  @Test
  void whatComesLateWhileItIsAskedForIsDeliveredOnce() {
    beginAt(70);
    hear(73);
    order.wake();
    out();
    hear(71, 72);
    assertThat(out()).containsExactly("deliver 71", "deliver 72", "deliver 73");
    order.after(question, messages(71, 72));
    assertThat(out()).isEmpty();
  }

  @Test
  void allHolesAreFilledOneAfterTheOther() {
    beginAt(70);
    hear(72, 74);
    order.wake();
    out();
    order.after(question, messages(71, 71));
    assertThat(out()).containsExactly("deliver 71", "deliver 72", "wake in 3000", "ask 1 after 72");
    order.after(question, messages(73, 73));
    assertThat(out()).containsExactly("deliver 73", "deliver 74");
  }

  @Test
  void aLargeHoleIsAskedForInParts() {
    beginAt(0);
    hear(251);
    out();
    order.wake();
    assertThat(out()).containsExactly("wake in 3000", "ask 100 after 0");
    order.after(question, messages(1, 100));
    assertThat(out()).hasSize(102).endsWith("wake in 3000", "ask 100 after 100");
    // It may give fewer.
    order.after(question, messages(101, 120));
    assertThat(out()).hasSize(22).endsWith("wake in 3000", "ask 100 after 120");
  }

  @Test
  void aTailThatNobodyHeardIsFetched() {
    beginAt(70);
    order.reached(72);
    assertThat(out()).containsExactly("wake in 80");
    order.wake();
    assertThat(out()).containsExactly("wake in 3000", "ask 2 after 70");
    order.after(question, messages(71, 72));
    assertThat(out()).containsExactly("deliver 71", "deliver 72");
    order.reached(72);
    order.reached(3);
    assertThat(out()).isEmpty();
  }

  @Test
  void wordOfATailThatComesBeforeTheBeginningCounts() {
    order.start();
    order.reached(71);
    out();
    order.last(question, 70);
    assertThat(out()).containsExactly("begin 70", "wake in 80");
  }

  @Test
  void whatTheHistoryHasNoLongerIsMissed() {
    beginAt(70);
    hear(90);
    order.wake();
    out();
    order.after(question, messages(85, 89));
    assertThat(out())
        .containsExactly(
            "missed 71 to 84",
            "deliver 85",
            "deliver 86",
            "deliver 87",
            "deliver 88",
            "deliver 89",
            "deliver 90");
  }

  @Test
  void whatIsHeldIsNotMissedThoughTheHistoryBeginsLater() {
    beginAt(70);
    hear(72, 75);
    order.wake();
    out();
    order.after(question, messages(77, 78));
    assertThat(out())
        .containsExactly(
            "missed 71 to 71",
            "deliver 72",
            "missed 73 to 74",
            "deliver 75",
            "missed 76 to 76",
            "deliver 77",
            "deliver 78");
  }

  /** It breaks its promise; none of its holes is passed over in silence. */
  @Test
  void anAnswerWithAHoleCountsUpToThere() {
    beginAt(70);
    order.reached(74);
    order.wake();
    out();
    order.after(question, List.of(message(71), message(73), message(74)));
    assertThat(out()).containsExactly("deliver 71", "wake in 3000", "ask 3 after 71");
    order.after(question, List.of(message(73), message(74)));
    assertThat(out()).containsExactly("missed 72 to 72", "deliver 73", "deliver 74");
  }

  @Test
  void aHistoryThatFailsIsAskedAgainWithGrowingPauses() {
    beginAt(70);
    hear(72);
    order.wake();
    for (long pause : List.of(100L, 200L, 400L, 800L, 1_600L, 3_200L, 5_000L)) {
      out();
      order.failed(question);
      assertThat(out()).containsExactly("wake in " + pause);
      order.wake();
      assertThat(out()).containsExactly("wake in 3000", "ask 1 after 70");
    }
    order.after(question, messages(71, 71));
    assertThat(out()).containsExactly("deliver 71", "deliver 72");
  }

  @Test
  void aHoleIsGivenUpWhenTheHistoryHasFailedForLong() {
    beginAt(70);
    hear(72, 75);
    order.wake();
    for (int i = 1; i < InOrder.MAX_FAILURES; i++) {
      order.failed(question);
      order.wake();
    }
    out();
    order.failed(question);
    assertThat(out()).containsExactly("missed 71 to 71", "deliver 72", "wake in 80");
    order.wake();
    assertThat(out()).containsExactly("wake in 3000", "ask 2 after 72");
    // It is known to fail: who waits is not kept as long again.
    order.failed(question);
    assertThat(out()).containsExactly("missed 73 to 74", "deliver 75");
    hear(71, 73);
    assertThat(out()).isEmpty();
  }

  @Test
  void noAnswerInTimeIsAFailureAndWhatItSaysLaterDoesNotCount() {
    beginAt(70);
    hear(72);
    order.wake();
    long late = question;
    out();
    order.wake();
    assertThat(out()).containsExactly("wake in 100");
    order.after(late, messages(71, 71));
    order.failed(late);
    assertThat(out()).isEmpty();
    order.wake();
    assertThat(out()).containsExactly("wake in 3000", "ask 1 after 70");
    order.after(late, messages(71, 71));
    assertThat(out()).isEmpty();
  }

  @Test
  void aHistoryThatHasItNotYetIsAskedAgainThenGivenUp() {
    beginAt(70);
    hear(72);
    order.wake();
    for (int i = 1; i < InOrder.MAX_FAILURES; i++) {
      out();
      order.after(question, List.of());
      assertThat(out()).hasSize(1).first().asString().startsWith("wake in ");
      order.wake();
    }
    out();
    order.after(question, List.of());
    assertThat(out()).containsExactly("missed 71 to 71", "deliver 72");
  }

  @Test
  void aHistoryThatHasAnsweredStartsAnewWithItsPauses() {
    beginAt(70);
    hear(73);
    order.wake();
    order.failed(question);
    order.wake();
    order.after(question, messages(71, 71));
    out();
    order.failed(question);
    assertThat(out()).containsExactly("wake in 100");
  }

  @Test
  void aHistoryThatWasGivenUpThoughItAnswersStartsAnewWithItsPauses() {
    beginAt(70);
    hear(72, 74);
    order.wake();
    for (int i = 1; i < InOrder.MAX_FAILURES; i++) {
      order.after(question, List.of());
      order.wake();
    }
    order.after(question, List.of());
    order.wake();
    out();
    order.after(question, List.of());
    assertThat(out()).containsExactly("wake in 100");
  }

  /** It was subscribed on another thread than the one that it hears on. */
  @Test
  void whereItHasBegunBeforeItCouldAskItDoesNotAsk() {
    for (long position = 1; position <= InOrder.MAX_HELD + 1; position++) {
      hear(position);
    }
    out();
    order.start();
    assertThat(out()).isEmpty();
    assertThat(order.delivered()).isEqualTo(InOrder.MAX_HELD + 1);
  }

  /** As the word of a topic that is not there any more. */
  @Test
  void aTailThatTheHistoryDoesNotHaveIsForgotten() {
    beginAt(70);
    order.reached(72);
    order.wake();
    for (int i = 1; i < InOrder.MAX_FAILURES; i++) {
      order.after(question, List.of());
      order.wake();
    }
    out();
    order.after(question, List.of());
    assertThat(out()).isEmpty();
    hear(71);
    assertThat(out()).containsExactly("deliver 71");
  }

  @Test
  void aTailIsAskedForUntilTheHistoryAnswers() {
    beginAt(70);
    order.reached(71);
    order.wake();
    for (int i = 0; i < 50; i++) {
      order.failed(question);
      order.wake();
    }
    out();
    order.after(question, messages(71, 71));
    assertThat(out()).containsExactly("deliver 71");
  }

  @Test
  void whoWaitsBehindAHoleIsNotKeptByThePauseOfATail() {
    beginAt(70);
    order.reached(71);
    order.wake();
    for (int i = 0; i < 5; i++) {
      order.failed(question);
      order.wake();
    }
    order.failed(question);
    out();
    hear(73, 74);
    assertThat(out()).containsExactly("wake in 80");
    order.wake();
    assertThat(out()).containsExactly("wake in 3000", "ask 2 after 70");
  }

  @Test
  void aHoleIsGivenUpWhenTooManyAreHeld() {
    beginAt(0);
    for (long position = 2; position <= InOrder.MAX_HELD + 1; position++) {
      hear(position);
    }
    assertThat(out()).noneMatch(each -> each.startsWith("missed") || each.startsWith("deliver"));
    hear(InOrder.MAX_HELD + 2);
    assertThat(out())
        .hasSize(2 + InOrder.MAX_HELD)
        .startsWith("missed 1 to 1", "deliver 2")
        .endsWith("deliver " + (InOrder.MAX_HELD + 2));
  }

  @Test
  void aHoleIsGivenUpWhenTooMuchIsHeld() {
    beginAt(0);
    Buffer large = Buffer.buffer(new byte[PubSub.MAX_PAYLOAD_BYTES]);
    for (long position = 2; position <= 5; position++) {
      order.receive(new Message("orders", "created", position, large));
    }
    // A repeat is not held twice.
    order.receive(new Message("orders", "created", 5, large));
    assertThat(out()).containsExactly("wake in 80", "wake in 3000", "ask 1 after 0");
    hear(6);
    assertThat(out()).startsWith("missed 1 to 1", "deliver 2").endsWith("deliver 6");
    order.failed(question);
    order.receive(new Message("orders", "created", 8, Buffer.buffer("{}")));
    assertThat(out()).containsExactly("wake in 80");
  }

  /** A hundred thousand messages a second are eight thousand in the time of a usual wait. */
  @Test
  void aHoleIsAskedForAtOnceWhenMuchIsHeld() {
    beginAt(0);
    int much = InOrder.MAX_HELD / InOrder.MUCH;
    for (long position = 2; position <= much + 1; position++) {
      hear(position);
    }
    assertThat(out()).containsExactly("wake in 80");
    hear(much + 2, much + 3);
    assertThat(out()).containsExactly("wake in 3000", "ask 1 after 0");
  }

  @Test
  void theBeginningIsAskedForUntilItIsKnown() {
    order.start();
    for (int i = 0; i < 20; i++) {
      order.failed(question);
      order.wake();
    }
    out();
    order.last(question, 7);
    assertThat(out()).containsExactly("begin 7");
  }

  @Test
  void whereTheHistoryIsAwayItBeginsWithWhatIsHeard() {
    order.start();
    hear(73, 72);
    order.failed(question);
    order.wake();
    out();
    order.failed(question);
    assertThat(out()).containsExactly("begin 71", "deliver 72", "deliver 73");
    hear(71, 74);
    assertThat(out()).containsExactly("deliver 74");
  }

  /** What it says of the end is more than was heard, then. */
  @Test
  void whereTooMuchIsHeardBeforeTheBeginningItBeginsWithThat() {
    order.start();
    for (long position = 2; position <= InOrder.MAX_HELD + 2; position++) {
      hear(position);
    }
    assertThat(out())
        .hasSize(3 + InOrder.MAX_HELD + 1)
        .contains("begin 1", "deliver 2", "deliver " + (InOrder.MAX_HELD + 2));
    order.last(question, InOrder.MAX_HELD + 3);
    assertThat(out()).containsExactly("wake in 80");
    order.wake();
    assertThat(out()).contains("ask 1 after " + (InOrder.MAX_HELD + 2));
  }

  @Test
  void anEmptyHistoryBeginsAtTheFirst() {
    beginAt(0);
    hear(1);
    assertThat(out()).containsExactly("deliver 1");
  }
}

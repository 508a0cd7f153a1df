package dev.rollcall.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Nodes that broadcast one topic's messages side by side over a bus that loses, repeats and
 * reorders them, and a history that fails, is slow, late, and pruned. What is delivered is
 * contiguous, or the jump was told; nothing comes twice; and once things are calm it is all that is
 * stored. Each run follows from its seed, which a failure names.
 */
class InOrderSimulationTest {
  private static final int RUNS = 1_500;
  private static final long STORM_MILLIS = 60_000;

  /** Longer than any pause, and than what a hole may take that the history does not know. */
  private static final long CALM_MILLIS = 120_000;

  private static final Buffer PAYLOAD = Buffer.buffer(new byte[2_000]);

  @Test
  void whateverComesNothingIsPassedOverInSilence() {
    int missed = 0;
    int delivered = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      try {
        Run run = new Run(seed);
        run.play();
        missed += run.missed;
        delivered += run.delivered;
      } catch (RuntimeException | AssertionError fault) {
        throw new AssertionError("seed " + seed, fault);
      }
    }
    // The storms are such that both happen.
    assertThat(missed).isPositive();
    assertThat(delivered).isGreaterThan(missed);
  }

  private record Event(long atMillis, long number, Runnable action) {}

  private static final class Run implements InOrder.Outbox {
    private final Random random;
    private final InOrder order = new InOrder(this);
    private final PriorityQueue<Event> events =
        new PriorityQueue<>(
            Comparator.comparingLong(Event::atMillis).thenComparingLong(Event::number));
    private final int lossPercent;
    private final int failurePercent;
    private final int busyMillis;
    private final boolean isPruned;
    private final boolean isGood;
    private long nowMillis;
    private long numbers;

    /** The history: all positions from one to another. */
    private long oldest = 1;

    private long newest;
    private long visible;
    private boolean calm;

    private long at = -1;
    private long wakeNumber;
    private int missed;
    private int delivered;

    Run(long seed) {
      random = new Random(seed);
      newest = random.nextInt(3) == 0 ? 0 : random.nextInt(500);
      visible = newest;
      lossPercent = random.nextInt(4) == 0 ? 60 : random.nextInt(10);
      failurePercent = random.nextInt(4) == 0 ? 100 : random.nextInt(60);
      busyMillis = 10 + random.nextInt(random.nextInt(4) > 0 ? 2_000 : 50);
      isGood = random.nextInt(4) == 0;
      isPruned = !isGood && random.nextInt(3) == 0;
    }

    void play() {
      later(random.nextInt(100), order::start);
      later(random.nextInt(100), this::commit);
      run(STORM_MILLIS);
      calm = true;
      visible = newest;
      later(1, () -> order.reached(newest));
      run(STORM_MILLIS + CALM_MILLIS);
      assertThat(at).as("all that is stored is delivered").isEqualTo(newest);
      assertThat(events).as("nothing is left to be done").isEmpty();
      if (isGood) {
        assertThat(missed).as("nothing is missed in vain").isZero();
      }
    }

    private void later(long millis, Runnable action) {
      events.add(new Event(nowMillis + millis, numbers++, action));
    }

    private void run(long untilMillis) {
      while (!events.isEmpty() && events.peek().atMillis <= untilMillis) {
        Event next = events.poll();
        nowMillis = next.atMillis;
        next.action.run();
      }
      nowMillis = untilMillis;
    }

    private void commit() {
      if (calm) {
        return;
      }
      for (int more = random.nextInt(4); more >= 0; more--) {
        long position = ++newest;
        broadcast(position);
      }
      if (isGood || random.nextInt(3) > 0) {
        visible = newest;
      }
      if (isPruned && random.nextInt(10) == 0) {
        oldest = Math.max(oldest, newest - random.nextInt(50));
      }
      if (random.nextInt(20) == 0) {
        long known = newest;
        later(random.nextInt(50), () -> order.reached(known));
      }
      later(1 + random.nextInt(busyMillis), this::commit);
    }

    /** At least once, but for what is lost, and from a node that may be slower than another. */
    private void broadcast(long position) {
      while (random.nextInt(100) >= lossPercent) {
        long slow = random.nextInt(20) == 0 ? random.nextInt(2_000) : random.nextInt(30);
        later(slow, () -> order.receive(message(position)));
        if (random.nextInt(10) > 0) {
          return;
        }
      }
      if (random.nextInt(50) == 0) {
        later(0, () -> order.receive(message(Message.NO_POSITION)));
      }
    }

    private static Message message(long position) {
      return new Message("orders", "created", position, PAYLOAD);
    }

    @Override
    public void begin(long base) {
      assertThat(at).as("begins once").isEqualTo(-1);
      assertThat(base).isBetween(0L, newest);
      at = base;
    }

    @Override
    public void deliver(Message message) {
      if (message.position() != Message.NO_POSITION) {
        assertThat(message.position()).isEqualTo(at + 1);
        at = message.position();
        delivered++;
      }
    }

    @Override
    public void missed(long from, long to) {
      assertThat(from).isEqualTo(at + 1);
      assertThat(to).isBetween(from, newest - 1);
      at = to;
      missed++;
    }

    @Override
    public void askLast(long question) {
      answer(question, () -> order.last(question, visible));
    }

    @Override
    public void askAfter(long position, int limit, long question) {
      assertThat(position).isEqualTo(at);
      assertThat(limit).isBetween(1, InOrder.MAX_ASKED);
      answer(question, () -> order.after(question, stored(position, limit)));
    }

    private List<Message> stored(long position, int limit) {
      List<Message> messages = new ArrayList<>();
      long from = Math.max(oldest, position + 1);
      long last = Math.min(visible, from + limit - 1);
      if (random.nextInt(10) == 0) {
        last = Math.min(last, from + random.nextInt(5));
      }
      for (long each = from; each <= last; each++) {
        messages.add(message(each));
      }
      return messages;
    }

    private void answer(long question, Runnable answer) {
      int millis = random.nextInt(5) == 0 ? random.nextInt(5_000) : random.nextInt(20);
      if (calm || isGood) {
        later(random.nextInt(20), answer);
      } else if (random.nextInt(100) >= failurePercent) {
        later(millis, answer);
      } else if (random.nextBoolean()) {
        later(millis, () -> order.failed(question));
      }
    }

    @Override
    public void wakeIn(long millis) {
      assertThat(millis).isPositive();
      long number = ++wakeNumber;
      later(
          millis,
          () -> {
            if (number == wakeNumber) {
              order.wake();
            }
          });
    }
  }
}

package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Message;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Nodes join and leave while everybody broadcasts: whoever has been deployed misses nothing that
 * any other one broadcasts from then on.
 */
class ChurnTest {
  private static final int ROUNDS = Integer.getInteger("churn.rounds", 4);
  private static final int JOINING_AT_ONCE = 2;
  private static final String TOPIC = "numbers";
  private static final long EVERY_MILLIS = 2;
  private static final long HEARD_SECONDS = 20;

  /** Counts aloud, and listens to how the others count. */
  private static final class Counter extends VerticleBase {
    private final Node node;
    private final List<Counter> all;
    private final Map<String, Long> lastHeard = new HashMap<>();
    private final Map<String, Long> mustHearFrom = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private long timer;
    private final AtomicLong said = new AtomicLong();

    Counter(Node node, List<Counter> all) {
      this.node = node;
      this.all = all;
      all.add(this);
    }

    String name() {
      return node.id().value();
    }

    @Override
    public Future<?> start() {
      node.pubSub().subscribe(TOPIC, this::hear);
      for (Counter other : all) {
        mustHear(other.name(), other.said.get() + 1);
      }
      timer = vertx.setPeriodic(EVERY_MILLIS, now -> say());
      return Future.succeededFuture();
    }

    private void say() {
      // Before it is said: a larger number is then said later than this is read.
      long next = said.incrementAndGet();
      JsonObject number = new JsonObject().put("who", name()).put("number", next);
      node.pubSub().broadcast(TOPIC, "number", number);
    }

    private synchronized void mustHear(String other, long from) {
      mustHearFrom.put(other, from);
    }

    private synchronized void hear(Message message) {
      JsonObject heard = message.payload();
      String who = heard.getString("who");
      long number = heard.getLong("number");
      Long before = lastHeard.put(who, number);
      if (before != null && number != before + 1) {
        wrong.add(number + " of " + who + " after " + before);
      }
      long from = mustHearFrom.getOrDefault(who, 1L);
      if (before == null && number > from) {
        wrong.add(number + " of " + who + " first, not " + from);
      }
      notifyAll();
    }

    /** Waits until it has heard so much of another one. */
    private synchronized void hears(Counter other, long number) throws InterruptedException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(HEARD_SECONDS);
      while (lastHeard.getOrDefault(other.name(), 0L) < number) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        assertThat(left).as("%s hears %d of %s", name(), number, other.name()).isPositive();
        wait(left);
      }
    }

    private synchronized List<String> wrong() {
      return List.copyOf(wrong);
    }

    private Future<Void> fallSilent() {
      return Future.future(
          silent ->
              context.runOnContext(
                  now -> {
                    vertx.cancelTimer(timer);
                    silent.complete();
                  }));
    }
  }

  @Test
  void whoHasJoinedMissesNothingWhileOthersComeAndGo() throws Exception {
    TestCluster cluster = new TestCluster("churn-test");
    List<Counter> all = new CopyOnWriteArrayList<>();
    try {
      List<Counter> present = new ArrayList<>(await(join(cluster, all, 1)));
      List<Counter> leaving = List.of();
      for (int round = 0; round < ROUNDS; round++) {
        present.removeAll(leaving);
        Future<?> left =
            Future.all(leaving.stream().map(gone -> cluster.close(gone.node)).toList());
        leaving = await(join(cluster, all, JOINING_AT_ONCE));
        await(left);
        present.addAll(leaving);
        everybodyHears(present, present, counter -> counter.said.get() + 1);
        for (Counter last : leaving) {
          await(last.fallSilent());
        }
        everybodyHears(present, leaving, counter -> counter.said.get());
      }
      assertThat(present.get(0).lastHeard).hasSize(1 + ROUNDS * JOINING_AT_ONCE);
    } finally {
      cluster.closeAll();
    }
  }

  /** Starts so many at once; each knows all that were there before it. */
  private static Future<List<Counter>> join(TestCluster cluster, List<Counter> all, int howMany) {
    List<Counter> joined = new CopyOnWriteArrayList<>();
    return Future.all(
            Stream.generate(
                    () ->
                        cluster.start(
                            node -> {
                              Counter counter = new Counter(node, all);
                              joined.add(counter);
                              return counter;
                            }))
                .limit(howMany)
                .toList())
        .map(joined);
  }

  private static void everybodyHears(
      List<Counter> present, List<Counter> those, ToLongFunction<Counter> upTo)
      throws InterruptedException {
    for (Counter who : those) {
      long number = upTo.applyAsLong(who);
      for (Counter counter : present) {
        counter.hears(who, number);
      }
    }
    for (Counter counter : present) {
      assertThat(counter.wrong()).as("what %s heard", counter.name()).isEmpty();
    }
  }
}

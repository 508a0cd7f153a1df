package dev.rollcall.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a subscriber of a stored topic hears, with real timers and a history that misbehaves. */
class OrderedSubscriptionTest {
  private static final String TOPIC = "orders";

  private final Vertx vertx = Vertx.vertx();
  private final PubSub pubSub = PubSub.local(vertx);
  private final Losses losses = new Losses();
  private final Stored history = new Stored();
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  /** Keeps what was announced, and may answer in another way. */
  private static final class Stored implements History {
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Supplier<Future<Long>> last =
        () -> Future.succeededFuture((long) messages.size());
    private volatile Supplier<Future<List<Message>>> faulty;

    void add(int count) {
      for (int i = 0; i < count; i++) {
        long position = messages.size() + 1L;
        messages.add(Message.of(TOPIC, "created", position, new JsonObject()));
      }
    }

    @Override
    public Future<Long> last(String topic) {
      return last.get();
    }

    @Override
    public Future<List<Message>> after(String topic, long position, int limit) {
      asked.incrementAndGet();
      return faulty == null
          ? Future.succeededFuture(
              messages.stream().filter(m -> m.position() > position).limit(limit).toList())
          : faulty.get();
    }
  }

  private OrderedSubscription subscribe() {
    OrderedSubscription subscription =
        pubSub.subscribe(TOPIC, history, message -> heard.add(message.position()));
    return subscription.onMissed((from, to) -> heard.add("missed " + from + " to " + to));
  }

  private void broadcast(long... positions) {
    for (long position : positions) {
      pubSub.broadcast(history.messages.get((int) position - 1));
    }
  }

  private void assertHears(Object... expected) {
    for (Object each : expected) {
      assertThat(next()).isEqualTo(each);
    }
  }

  private Object next() {
    try {
      return heard.poll(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void whatComesAfterTheBaseIsDeliveredInOrderAndOnce() {
    history.add(3);
    OrderedSubscription orders = subscribe();
    assertThat(await(orders.base())).isEqualTo(3);
    history.add(4);
    broadcast(3, 6, 4, 5, 5, 7);
    assertHears(4L, 5L, 6L, 7L);
    assertThat(orders.topic()).isEqualTo(TOPIC);
  }

  /** The link was cut for a moment, and since then nobody has said anything. */
  @Test
  void theLastMessageOfASilentTopicIsFoundThoughNobodyHeardIt() {
    history.add(2);
    Ordered orders = subscribeTo(new Subscribers(), 20);
    assertThat(await(orders.base())).isEqualTo(2);
    history.add(2);
    assertHears(3L, 4L);
  }

  @Test
  void theLastMessageIsFoundSoonAfterItIsKnownThatSomethingWasLost() {
    history.add(2);
    Ordered orders = subscribeTo(new Subscribers(), TailCheck.MAX_PAUSE_MILLIS);
    assertThat(await(orders.base())).isEqualTo(2);
    history.add(2);
    losses.lost(0);
    losses.lost(2);
    assertHears(3L, 4L);
    assertThat(losses.messages()).isEqualTo(2);
    int asked = history.asked.get();
    orders.unsubscribe();
    losses.lost(1);
    await(vertx.timer(600, TimeUnit.MILLISECONDS));
    assertThat(history.asked).hasValue(asked);
  }

  @Test
  void nobodyAsksForWhoIsGone() {
    AtomicInteger asked = new AtomicInteger();
    history.last = () -> Future.succeededFuture((long) asked.getAndIncrement());
    Ordered orders = subscribeTo(new Subscribers(), 20);
    assertThat(await(orders.base())).isZero();
    orders.unsubscribe();
    await(vertx.timer(40, TimeUnit.MILLISECONDS));
    int then = asked.get();
    await(vertx.timer(200, TimeUnit.MILLISECONDS));
    assertThat(asked).hasValue(then);
  }

  private Ordered subscribeTo(Subscribers subscribers, long maxSilenceMillis) {
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    return new Ordered(
        TOPIC,
        history,
        message -> heard.add(message.position()),
        context,
        subscribers,
        losses,
        maxSilenceMillis);
  }

  @Test
  void nothingIsDeliveredBeforeTheBaseIsKnown() {
    history.add(3);
    Promise<Long> last = Promise.promise();
    history.last = last::future;
    OrderedSubscription orders = subscribe();
    broadcast(2, 3);
    assertThat(heard).isEmpty();
    assertThat(orders.base().isComplete()).isFalse();
    last.complete(2L);
    assertHears(3L);
    assertThat(await(orders.base())).isEqualTo(2);
  }

  @Test
  void thePositionIsThatOfTheLastThatWasDelivered() {
    history.add(3);
    Promise<Long> last = Promise.promise();
    history.last = last::future;
    OrderedSubscription orders = subscribe();
    Future<Long> before = onContext(orders::position);
    assertThat(before.isComplete()).isFalse();
    last.complete(3L);
    assertThat(await(before)).isEqualTo(3);
    history.add(2);
    broadcast(4, 5);
    assertHears(4L, 5L);
    assertThat(await(onContext(orders::position))).isEqualTo(5);
  }

  @Test
  void whereTheHistoryDoesNotSayWhereItEndsThePositionIsNotKnown() {
    Promise<Long> last = Promise.promise();
    history.last = last::future;
    OrderedSubscription orders = subscribe();
    Future<Long> before = onContext(orders::position);
    last.fail("planted");
    assertThatThrownBy(() -> await(before)).hasMessageContaining("does not answer");
    assertThatThrownBy(() -> await(onContext(orders::position)))
        .hasMessageContaining("does not answer");
    history.last = () -> Future.succeededFuture(0L);
    assertThat(await(orders.base())).isZero();
    assertThat(await(onContext(orders::position))).isZero();
  }

  /** This thread's subscribers share one context. */
  private <T> T onContext(Supplier<T> action) {
    Promise<T> done = Promise.promise();
    vertx.getOrCreateContext().runOnContext(now -> done.complete(action.get()));
    return await(done.future());
  }

  @Test
  void whatNobodyHeardIsTakenFromTheHistory() {
    await(subscribe().base());
    history.add(3);
    broadcast(1, 3);
    assertHears(1L, 2L, 3L);
  }

  @Test
  void aTailThatNobodyHeardComesWhenItIsToldOf() {
    OrderedSubscription orders = subscribe();
    await(orders.base());
    history.add(2);
    orders.reached(2);
    assertHears(1L, 2L);
  }

  @Test
  void whatTheHistoryHasNoLongerIsToldBeforeWhatFollows() {
    await(subscribe().base());
    history.add(4);
    history.faulty = () -> Future.succeededFuture(List.of(history.messages.get(2)));
    broadcast(4);
    assertHears("missed 1 to 2", 3L, 4L);
  }

  @Test
  void aHistoryThatFailsInAnyWayIsAskedAgain() {
    List<Throwable> faults = new CopyOnWriteArrayList<>();
    vertx.exceptionHandler(faults::add);
    history.last =
        () -> {
          history.last = () -> Future.succeededFuture(0L);
          throw new IllegalStateException("planted");
        };
    assertThat(await(subscribe().base())).isZero();
    history.add(2);
    List<Supplier<Future<List<Message>>>> ways =
        List.of(
            () -> Future.failedFuture("planted"),
            () -> Future.succeededFuture(null),
            () -> null,
            () -> {
              throw new IllegalStateException("planted");
            });
    AtomicInteger way = new AtomicInteger();
    history.faulty =
        () -> {
          if (way.get() == ways.size()) {
            history.faulty = null;
            return history.after(TOPIC, 0, 1);
          }
          return ways.get(way.getAndIncrement()).get();
        };
    broadcast(2);
    assertHears(1L, 2L);
    assertThat(history.asked.get()).isGreaterThan(ways.size());
    assertThat(faults).isEmpty();
  }

  @Test
  void whereTheHistoryIsAwayItBeginsWithWhatIsHeard() {
    history.add(8);
    history.last = () -> Future.failedFuture("planted");
    OrderedSubscription orders = subscribe();
    broadcast(7, 8);
    assertHears(7L, 8L);
    assertThat(await(orders.base())).isEqualTo(6);
  }

  @Test
  void aSubscriberThatThrowsGetsWhatFollowsAllTheSame() {
    OrderedSubscription orders =
        pubSub
            .subscribe(
                TOPIC,
                history,
                message -> {
                  heard.add(message.position());
                  throw new StackOverflowError("planted");
                })
            .onMissed(
                (from, to) -> {
                  throw new IllegalStateException("planted");
                });
    await(orders.base());
    history.add(4);
    history.faulty = () -> Future.succeededFuture(List.of(history.messages.get(1)));
    broadcast(4, 3);
    assertHears(2L, 3L, 4L);
  }

  @Test
  void whoHasUnsubscribedHearsNothingAndLeavesNoTimer() {
    long before = timer();
    OrderedSubscription orders = subscribe();
    await(orders.base());
    history.add(3);
    history.faulty = () -> Promise.<List<Message>>promise().future();
    broadcast(1, 3);
    assertHears(1L);
    awaitAsked();
    orders.unsubscribe();
    orders.unsubscribe();
    assertThat(onContext(this::timer)).isGreaterThan(before + 1);
    assertThat(LongStream.range(before, timer())).noneMatch(vertx::cancelTimer);
    int asked = history.asked.get();
    OrderedSubscription other = subscribe();
    await(other.base());
    history.add(1);
    broadcast(4);
    assertHears(4L);
    await(vertx.timer(3 * InOrder.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
    assertThat(history.asked).hasValue(asked);
    other.unsubscribe();
    assertThat(pubSub.topics()).isEmpty();
    assertThat(heard).isEmpty();
  }

  @Test
  void whoUnsubscribesAtAMessageHearsNothingOfWhatIsHeld() {
    AtomicReference<Subscription> orders = new AtomicReference<>();
    OrderedSubscription subscription =
        pubSub.subscribe(
            TOPIC,
            history,
            message -> {
              heard.add(message.position());
              orders.get().unsubscribe();
            });
    orders.set(subscription.onMissed((from, to) -> heard.add("missed")));
    await(subscription.base());
    history.add(3);
    broadcast(3, 2, 1);
    assertHears(1L);
    onContext(() -> "all that was broadcast has come");
    assertThat(heard).isEmpty();
  }

  /** Returns a number above those of all timers so far. */
  private long timer() {
    long next = vertx.setTimer(1, id -> {});
    vertx.cancelTimer(next);
    return next;
  }

  @Test
  void aBaseThatIsNotKnownWhenItEndsHasFailed() {
    history.last = () -> Promise.<Long>promise().future();
    OrderedSubscription orders = subscribe();
    orders.unsubscribe();
    assertThatThrownBy(() -> await(orders.base())).hasMessageContaining("has ended");
  }

  @Test
  void aSubscriptionEndsWithTheVerticleThatMadeIt() {
    Promise<Context> context = Promise.promise();
    Promise<OrderedSubscription> made = Promise.promise();
    String verticle = await(vertx.deployVerticle(new Subscribing(context, made)));
    OrderedSubscription orders = await(made.future());
    await(orders.base());
    history.add(2);
    history.faulty = () -> Promise.<List<Message>>promise().future();
    orders.reached(2);
    awaitAsked();
    await(vertx.undeploy(verticle));
    assertThat(pubSub.subscriberCount()).isZero();
    Promise<OrderedSubscription> late = Promise.promise();
    await(context.future()).runOnContext(now -> late.complete(subscribe()));
    OrderedSubscription none = await(late.future());
    assertThatThrownBy(() -> await(none.base())).hasMessageContaining("has ended");
    assertThat(pubSub.topics()).isEmpty();
  }

  private final class Subscribing extends VerticleBase {
    private final Promise<Context> at;
    private final Promise<OrderedSubscription> made;

    Subscribing(Promise<Context> at, Promise<OrderedSubscription> made) {
      this.at = at;
      this.made = made;
    }

    @Override
    public Future<?> start() {
      at.complete(context);
      made.complete(subscribe());
      return Future.succeededFuture();
    }
  }

  private void awaitAsked() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (history.asked.get() == 0) {
      assertThat(System.nanoTime()).as("asked in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }
}

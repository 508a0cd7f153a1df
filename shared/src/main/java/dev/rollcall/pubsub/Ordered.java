package dev.rollcall.pubsub;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs what an {@link InOrder} decides, on the subscriber's context. */
final class Ordered implements OrderedSubscription, InOrder.Outbox {
  private static final Logger log = LoggerFactory.getLogger(Ordered.class);

  private static final long NO_TIMER = -1;
  private static final String NO_ANSWER = "the history does not answer";

  private final String topic;
  private final History history;
  private final Handler<Message> subscriber;
  private final ContextInternal context;
  private final Subscription subscription;
  private final Promise<Long> base;

  /** As the base, but fails once the history has. */
  private final Promise<Long> answered;

  private final InOrder order = new InOrder(this);
  private final Losses losses;
  private final TailCheck tail;
  private volatile Missed missed = (from, to) -> {};
  private volatile boolean ended;
  private long timer = NO_TIMER;
  private boolean failing;

  Ordered(
      String topic,
      History history,
      Handler<Message> subscriber,
      ContextInternal context,
      Subscribers subscribers,
      Losses losses,
      long maxSilenceMillis) {
    this.topic = topic;
    this.history = Objects.requireNonNull(history, "history");
    this.subscriber = subscriber;
    this.context = context;
    this.base = context.promise();
    this.answered = context.promise();
    this.losses = losses;
    this.tail =
        new TailCheck(
            context,
            maxSilenceMillis,
            order::delivered,
            () -> answer(() -> history.last(topic)),
            this::reached);
    // Last: what is heard from now on finds all else in its place.
    this.subscription = subscribers.add(topic, context, order::receive, this::end);
    run(this::start);
  }

  private void start() {
    order.start();
    tail.start();
    losses.add(tail);
  }

  @Override
  public String topic() {
    return topic;
  }

  @Override
  public void unsubscribe() {
    subscription.unsubscribe();
  }

  @Override
  public Future<Long> base() {
    return base.future();
  }

  @Override
  public Future<Long> position() {
    if (order.delivered() >= 0) {
      return Future.succeededFuture(order.delivered());
    }
    return answered.future();
  }

  @Override
  public void reached(long position) {
    run(() -> order.reached(position));
  }

  @Override
  public OrderedSubscription onMissed(Missed told) {
    missed = Objects.requireNonNull(told, "told");
    return this;
  }

  /** In a turn of its own: an answer may be there before the question has returned. */
  private void run(Runnable action) {
    context.runOnContext(
        turn -> {
          if (!ended) {
            action.run();
          }
        });
  }

  /** Unsubscribed, or its verticle undeployed; on whichever thread. */
  private void end() {
    ended = true;
    base.tryFail("the subscription has ended");
    answered.tryFail("the subscription has ended");
    context.emit(ignored -> cancelTimers());
  }

  private void cancelTimers() {
    cancelTimer();
    losses.remove(tail);
    tail.stop();
  }

  private void cancelTimer() {
    if (timer != NO_TIMER) {
      context.owner().cancelTimer(timer);
      timer = NO_TIMER;
    }
  }

  @Override
  public void begin(long position) {
    base.tryComplete(position);
    answered.tryComplete(position);
  }

  @Override
  public void deliver(Message message) {
    if (!ended) {
      Subscribers.hear(subscriber, message);
    }
  }

  @Override
  public void missed(long from, long to) {
    if (ended) {
      return;
    }
    log.atWarn().addKeyValue("topic", topic).log("{} to {} of {} are missed", from, to, topic);
    try {
      missed.missed(from, to);
    } catch (Throwable fault) {
      log.atError()
          .addKeyValue("topic", topic)
          .setCause(fault)
          .log("a subscriber of {} failed on what it missed", topic);
    }
  }

  @Override
  public void wakeIn(long millis) {
    cancelTimer();
    if (!ended) {
      timer = context.setTimer(millis, id -> wake());
    }
  }

  private void wake() {
    timer = NO_TIMER;
    if (!ended) {
      order.wake();
    }
  }

  @Override
  public void askLast(long question) {
    ask(() -> history.last(topic), question, last -> order.last(question, last));
  }

  @Override
  public void askAfter(long position, int limit, long question) {
    ask(
        () -> history.after(topic, position, limit),
        question,
        (List<Message> messages) -> order.after(question, messages));
  }

  private <T> void ask(Supplier<Future<T>> history, long question, Handler<T> then) {
    answer(history)
        .onComplete(
            (answer, fault) ->
                run(
                    () -> {
                      if (isAnswer(answer, fault)) {
                        then.handle(answer);
                      } else {
                        order.failed(question);
                      }
                    }));
  }

  /** The application's code: one that throws has failed. */
  private static <T> Future<T> answer(Supplier<Future<T>> history) {
    try {
      return Objects.requireNonNull(history.get(), "a history answered with no future");
    } catch (RuntimeException fault) {
      return Future.failedFuture(fault);
    }
  }

  private boolean isAnswer(Object answer, Throwable fault) {
    boolean fails = fault != null || answer == null;
    if (fails && !failing) {
      log.atWarn()
          .addKeyValue("topic", topic)
          .setCause(fault)
          .log("the history of {} does not answer, and is asked again", topic);
      answered.tryFail(NO_ANSWER);
    }
    failing = fails;
    return !fails;
  }
}

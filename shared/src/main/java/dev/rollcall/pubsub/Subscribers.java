package dev.rollcall.pubsub;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscribers of this process, by topic. Each one hears on its own context; two messages handed
 * to {@link #deliver} one after the other reach it in that order.
 */
final class Subscribers {
  private static final Logger log = LoggerFactory.getLogger(Subscribers.class);

  private final ConcurrentHashMap<String, CopyOnWriteArrayList<Subscriber>> byTopic =
      new ConcurrentHashMap<>();

  Subscription add(String topic, Context context, Handler<Message> handler) {
    Subscriber subscriber = new Subscriber(topic, (ContextInternal) context, handler);
    byTopic.compute(
        topic,
        (name, present) -> {
          CopyOnWriteArrayList<Subscriber> list =
              present == null ? new CopyOnWriteArrayList<>() : present;
          list.add(subscriber);
          return list;
        });
    subscriber.context.addCloseHook(subscriber);
    return subscriber;
  }

  /** Hands the message to every subscriber of its topic, but to {@code except} when not null. */
  void deliver(Message message, Subscription except) {
    CopyOnWriteArrayList<Subscriber> subscribers = byTopic.get(message.topic());
    if (subscribers == null) {
      return;
    }
    for (Subscriber subscriber : subscribers) {
      if (subscriber != except) {
        subscriber.context.runOnContext(now -> subscriber.hear(message));
      }
    }
  }

  Set<String> topics() {
    return byTopic.keySet();
  }

  int count() {
    return byTopic.values().stream().mapToInt(CopyOnWriteArrayList::size).sum();
  }

  private final class Subscriber implements Subscription, Closeable {
    private final String topic;
    private final ContextInternal context;
    private final Handler<Message> handler;
    private volatile boolean ended;

    Subscriber(String topic, ContextInternal context, Handler<Message> handler) {
      this.topic = topic;
      this.context = context;
      this.handler = handler;
    }

    /**
     * A subscriber that throws harms nobody else: its fault is logged and its next message comes.
     */
    void hear(Message message) {
      if (ended) {
        return;
      }
      try {
        handler.handle(message);
      } catch (RuntimeException fault) {
        log.error("a subscriber of {} failed on {}", topic, message.event(), fault);
      }
    }

    @Override
    public String topic() {
      return topic;
    }

    @Override
    public void unsubscribe() {
      context.removeCloseHook(this);
      end();
    }

    @Override
    public void close(Completable<Void> done) {
      end();
      done.succeed();
    }

    private void end() {
      ended = true;
      byTopic.computeIfPresent(
          topic,
          (name, present) -> {
            present.remove(this);
            return present.isEmpty() ? null : present;
          });
    }
  }
}

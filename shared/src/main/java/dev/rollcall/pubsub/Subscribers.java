package dev.rollcall.pubsub;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscribers of this process, by topic and by the context on which they hear: a message costs
 * a context one task, however many subscribers are on it. Two messages handed to {@link #deliver}
 * one after the other reach each subscriber in that order.
 */
final class Subscribers {
  private static final Logger log = LoggerFactory.getLogger(Subscribers.class);

  /** The subscribers of one topic on one context; never changed, only replaced. */
  private record Group(ContextInternal context, List<Subscriber> members) {
    Group with(Subscriber subscriber) {
      List<Subscriber> more = new ArrayList<>(members);
      more.add(subscriber);
      return new Group(context, List.copyOf(more));
    }

    Group without(Subscriber subscriber) {
      return new Group(context, members.stream().filter(each -> each != subscriber).toList());
    }

    void hear(Message message, Subscription except) {
      for (Subscriber subscriber : members) {
        if (subscriber != except) {
          subscriber.hear(message);
        }
      }
    }
  }

  private final ConcurrentHashMap<String, List<Group>> byTopic = new ConcurrentHashMap<>();
  private final LongAdder delivered = new LongAdder();

  Subscription add(String topic, ContextInternal context, Handler<Message> handler) {
    return add(topic, context, handler, () -> {});
  }

  /**
   * Adds a subscriber.
   *
   * @param whenEnded called at least once when it hears no more, on any thread
   */
  Subscription add(
      String topic, ContextInternal context, Handler<Message> handler, Runnable whenEnded) {
    Subscriber subscriber = new Subscriber(topic, context, handler, whenEnded);
    subscriber.start();
    return subscriber;
  }

  /** Hands the message to every subscriber of its topic, but to {@code except} when not null. */
  void deliver(Message message, Subscription except) {
    List<Group> groups = byTopic.get(message.topic());
    if (groups != null) {
      groups.forEach(group -> deliver(group, message, except));
    }
  }

  private void deliver(Group group, Message message, Subscription except) {
    delivered.add(group.members.size());
    group.context.runOnContext(now -> group.hear(message, except));
  }

  long delivered() {
    return delivered.sum();
  }

  Set<String> topics() {
    return byTopic.keySet();
  }

  int count() {
    return byTopic.values().stream().mapToInt(Subscribers::size).sum();
  }

  Map<String, Integer> counts() {
    Map<String, Integer> counts = new HashMap<>();
    byTopic.forEach((topic, groups) -> counts.put(topic, size(groups)));
    return counts;
  }

  private static int size(List<Group> groups) {
    return groups.stream().mapToInt(group -> group.members.size()).sum();
  }

  /** A subscriber that throws harms nobody else: its fault is logged and its next message comes. */
  static void hear(Handler<Message> subscriber, Message message) {
    try {
      subscriber.handle(message);
    } catch (Throwable fault) {
      log.atError()
          .addKeyValue("topic", message.topic())
          .setCause(fault)
          .log("a subscriber of {} failed on {}", message.topic(), message.event());
    }
  }

  private static List<Group> with(List<Group> groups, Subscriber subscriber) {
    List<Group> changed = new ArrayList<>();
    Group joined = new Group(subscriber.context, List.of());
    for (Group group : groups) {
      if (group.context == subscriber.context) {
        joined = group;
      } else {
        changed.add(group);
      }
    }
    changed.add(joined.with(subscriber));
    return List.copyOf(changed);
  }

  private static List<Group> without(List<Group> groups, Subscriber subscriber) {
    List<Group> left =
        groups.stream()
            .map(group -> group.without(subscriber))
            .filter(group -> !group.members.isEmpty())
            .toList();
    return left.isEmpty() ? null : left;
  }

  private final class Subscriber implements Subscription, Closeable {
    private final String topic;
    private final ContextInternal context;
    private final Handler<Message> handler;
    private final Runnable whenEnded;
    private volatile boolean ended;

    Subscriber(
        String topic, ContextInternal context, Handler<Message> handler, Runnable whenEnded) {
      this.topic = topic;
      this.context = context;
      this.handler = handler;
      this.whenEnded = whenEnded;
    }

    /** Begins, unless the verticle is undeployed already. */
    void start() {
      if (!context.closeFuture().add(this)) {
        ended = true;
        whenEnded.run();
        return;
      }
      byTopic.compute(topic, (name, groups) -> with(groups == null ? List.of() : groups, this));
      // Undeployed on another thread in between: it had nothing to take away yet.
      if (ended) {
        end();
      }
    }

    void hear(Message message) {
      if (!ended) {
        Subscribers.hear(handler, message);
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
      byTopic.computeIfPresent(topic, (name, groups) -> without(groups, this));
      whenEnded.run();
    }
  }
}

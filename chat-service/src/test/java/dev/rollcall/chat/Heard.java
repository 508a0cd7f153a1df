package dev.rollcall.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Message;
import dev.rollcall.pubsub.PubSub;
import dev.rollcall.pubsub.Subscription;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What is broadcast on some topics, from the beginning of a test to its end. */
final class Heard implements AutoCloseable {
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final List<Subscription> subscriptions = new ArrayList<>();

  Heard(PubSub pubSub, String... topics) {
    for (String topic : topics) {
      subscriptions.add(pubSub.subscribe(topic, messages::add));
    }
  }

  /** Returns the next message, waiting for it. */
  Message next() throws InterruptedException {
    Message next = messages.poll(30, TimeUnit.SECONDS);
    assertThat(next).as("a message is heard in time").isNotNull();
    return next;
  }

  /** The next message is this one. */
  void next(String event, JsonObject payload) throws InterruptedException {
    Message next = next();
    assertThat(next.event()).isEqualTo(event);
    assertThat(next.payload()).isEqualTo(payload);
  }

  List<Message> next(int count) throws InterruptedException {
    List<Message> heard = new ArrayList<>();
    while (heard.size() < count) {
      heard.add(next());
    }
    return heard;
  }

  /** Whether there is nothing that was not asked for yet. */
  boolean isEmpty() {
    return messages.isEmpty();
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::unsubscribe);
  }
}

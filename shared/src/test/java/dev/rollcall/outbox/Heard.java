package dev.rollcall.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.pubsub.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** What one instance, or several, have broadcast. */
final class Heard implements Consumer<Message> {
  private final List<Message> messages = new CopyOnWriteArrayList<>();

  @Override
  public void accept(Message message) {
    messages.add(message);
  }

  List<Message> messages() {
    return messages;
  }

  List<Long> positions(String topic) {
    return of(topic).stream().map(Message::position).toList();
  }

  List<Integer> numbers(String topic) {
    return of(topic).stream().map(each -> each.payload().getInteger("n")).toList();
  }

  void await(int count) {
    awaitThat(() -> messages.size() >= count, count + " messages, not " + messages.size());
  }

  /** Waits for so many of the topic; each was heard once, in order. */
  void awaitWhole(String topic, int count) {
    awaitThat(() -> of(topic).size() >= count, count + " messages of " + topic);
    assertThat(positions(topic))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, count).boxed().toList());
  }

  static void awaitThat(BooleanSupplier holds, String what) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!holds.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    assertThat(holds.getAsBoolean()).as(what).isTrue();
  }

  private List<Message> of(String topic) {
    return messages.stream().filter(each -> each.topic().equals(topic)).toList();
  }
}

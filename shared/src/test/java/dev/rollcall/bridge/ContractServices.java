package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What browsers talk to in the tests of the contract. */
final class ContractServices {
  /** Where browsers may send and publish. */
  static final List<String> PERMITTED =
      List.of("echo", "headers", "stamp", "refuse", "dialogue", "heard", "nobody");

  private final BlockingQueue<Message<Object>> heard = new LinkedBlockingQueue<>();
  private final List<MessageConsumer<Object>> consumers;

  ContractServices(EventBus bus) {
    consumers =
        List.of(
            bus.consumer("echo", message -> message.reply(message.body())),
            bus.consumer("headers", message -> message.reply(headersOf(message))),
            bus.consumer("stamp", ContractServices::stamp),
            bus.consumer("refuse", message -> message.fail(409, "not_now")),
            bus.consumer("dialogue", this::ask),
            bus.consumer("secret", heard::add),
            // Two of them: a send reaches one, a publish both.
            bus.consumer("heard", heard::add),
            bus.consumer("heard", heard::add));
    consumers.forEach(consumer -> consumer.completion().await());
  }

  void stop() {
    consumers.forEach(consumer -> consumer.unregister().await());
  }

  /** Returns what one of the consumers of {@code heard} was told. */
  Message<Object> heard() throws InterruptedException {
    Message<Object> message = heard.poll(5, TimeUnit.SECONDS);
    assertThat(message).as("a message at the service within 5 s").isNotNull();
    return message;
  }

  void heardNoMore() {
    assertThat(heard).isEmpty();
  }

  private void ask(Message<Object> message) {
    message
        .replyAndRequest("who are you?")
        .onSuccess(
            answer -> {
              heard.add(answer);
              answer.reply("hello " + answer.body());
            });
  }

  private static void stamp(Message<Object> message) {
    DeliveryOptions options = new DeliveryOptions();
    options.addHeader("stamp", "seen");
    options.addHeader("by", "first").addHeader("by", "second");
    message.reply(message.body(), options);
  }

  private static JsonObject headersOf(Message<Object> message) {
    JsonObject headers = new JsonObject();
    message.headers().forEach(header -> headers.put(header.getKey(), header.getValue()));
    return headers;
  }
}

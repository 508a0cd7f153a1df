package dev.rollcall.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PubSubTest {
  private final Vertx vertx = Vertx.vertx();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private PubSub pubSub;

  @BeforeEach
  void open() {
    pubSub = PubSub.local(vertx);
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void aBroadcastReachesEverySubscriberOfItsTopicInOrder() {
    listen("room:lobby", "a");
    listen("room:lobby", "b");
    listen("room:attic", "c");
    say("room:lobby", "one");
    say("room:lobby", "two");
    settle("room:lobby");
    assertThat(heard).containsSubsequence("a one", "a two").containsSubsequence("b one", "b two");
    assertThat(heard).noneMatch(line -> line.startsWith("c"));
  }

  @Test
  void subscribersAreCountedByTopic() {
    Subscription gone = listen("orders", "a");
    listen("room:lobby", "b");
    listen("room:lobby", "b");
    gone.unsubscribe();
    assertThat(pubSub.subscriberCounts()).isEqualTo(Map.of("room:lobby", 2));
    assertThat(pubSub.subscriberCount()).isEqualTo(2);
  }

  @Test
  void subscribingTwiceDeliversTwice() {
    listen("orders", "a");
    listen("orders", "a");
    say("orders", "one");
    settle("orders");
    assertThat(heard).containsExactly("a one", "a one");
  }

  @Test
  void broadcastFromSkipsItsSender() {
    Subscription a = listen("orders", "a");
    listen("orders", "b");
    pubSub.broadcastFrom(a, "orders", "said", text("one"));
    pubSub.localBroadcastFrom(a, "orders", "said", text("two"));
    settle("orders");
    assertThat(heard).containsExactly("b one", "b two");
  }

  @Test
  void aDirectBroadcastToAnotherNodeIsNotHeardHere() {
    listen("orders", "a");
    pubSub.directBroadcast(new NodeId("elsewhere"), "orders", "said", text("one"));
    pubSub.directBroadcast(new NodeId("local"), "orders", "said", text("two"));
    settle("orders");
    assertThat(heard).containsExactly("a two");
  }

  @Test
  void whoHasUnsubscribedHearsNothingAndLeavesNothing() {
    Subscription a = listen("orders", "a");
    a.unsubscribe();
    a.unsubscribe();
    say("orders", "one");
    settle("orders");
    assertThat(heard).isEmpty();
    assertThat(pubSub.topics()).isEmpty();
    assertThat(pubSub.subscriberCount()).isZero();
  }

  @Test
  void aSubscriptionEndsWithTheVerticleThatMadeIt() {
    String verticle =
        await(
            vertx.deployVerticle(
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    pubSub.subscribe("orders", message -> {});
                    return Future.succeededFuture();
                  }
                }));
    assertThat(pubSub.subscriberCount()).isOne();
    await(vertx.undeploy(verticle));
    assertThat(pubSub.subscriberCount()).isZero();
  }

  /**
   * As one that is made where a query ends which was under way when its verticle was undeployed.
   */
  @Test
  void aSubscriptionOfAVerticleThatIsUndeployedAlreadyNeverBegins() {
    Promise<Context> ended = Promise.promise();
    String verticle =
        await(
            vertx.deployVerticle(
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    ended.complete(context);
                    return Future.succeededFuture();
                  }
                }));
    await(vertx.undeploy(verticle));
    Promise<Subscription> late = Promise.promise();
    await(ended.future())
        .runOnContext(now -> late.complete(pubSub.subscribe("orders", message -> {})));
    Subscription none = await(late.future());
    assertThat(pubSub.topics()).isEmpty();
    assertThat(pubSub.subscriberCount()).isZero();
    none.unsubscribe();
  }

  @Test
  void aSubscriberThatThrowsHarmsNobodyElse() {
    pubSub.subscribe(
        "orders",
        message -> {
          throw new IllegalStateException("planted");
        });
    pubSub.subscribe(
        "orders",
        message -> {
          throw new StackOverflowError("planted");
        });
    listen("orders", "a");
    say("orders", "one");
    settle("orders");
    assertThat(heard).containsExactly("a one");
  }

  @Test
  void noSubscriberCanChangeWhatAnotherOneSees() {
    pubSub.subscribe("orders", message -> message.payload().put("text", "changed"));
    listen("orders", "a");
    say("orders", "one");
    settle("orders");
    assertThat(heard).containsExactly("a one");
  }

  @Test
  void topicsEventsAndPayloadsHaveLimits() {
    JsonObject large = text("x".repeat(PubSub.MAX_PAYLOAD_BYTES));
    assertThatThrownBy(() -> pubSub.subscribe(" ", message -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pubSub.broadcast("a\nb", "said", text("one")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pubSub.broadcast("orders", "", text("one")))
        .isInstanceOf(IllegalArgumentException.class);
    for (String event : List.of("a\nb", "a\u0000", "\u0085", "\ud800", "x".repeat(65))) {
      assertThatThrownBy(() -> pubSub.broadcast("orders", event, text("one")))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> pubSub.broadcast("orders", "said", large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most");
  }

  private Subscription listen(String topic, String name) {
    return pubSub.subscribe(
        topic, message -> heard.add(name + " " + message.payload().getString("text")));
  }

  private void say(String topic, String text) {
    pubSub.broadcast(topic, "said", text(text));
  }

  /**
   * This thread's subscribers share one context, so what was said before the mark has been heard.
   */
  private void settle(String topic) {
    Promise<Void> marked = Promise.promise();
    Subscription mark = pubSub.subscribe(topic, message -> marked.tryComplete());
    pubSub.localBroadcast(topic, "mark", text("mark"));
    await(marked.future());
    mark.unsubscribe();
    heard.removeIf(line -> line.endsWith(" mark"));
  }

  private static JsonObject text(String text) {
    return new JsonObject().put("text", text);
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }
}

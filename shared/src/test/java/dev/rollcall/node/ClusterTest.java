package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.multimap.MultiMap;
import dev.rollcall.presence.PresenceBus;
import dev.rollcall.pubsub.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What two real nodes cost the cluster, and how they reach one another. */
class ClusterTest {
  private static TestCluster cluster;
  private static Node first;
  private static Node second;

  private static final class Nothing extends VerticleBase {}

  @BeforeAll
  static void start() throws Exception {
    cluster = new TestCluster("cluster-test");
    first = await(cluster.start(node -> new Nothing()));
    second = await(cluster.start(node -> new Nothing()));
  }

  @AfterAll
  static void stop() {
    cluster.closeAll();
  }

  @Test
  void tenThousandSubscribersOfAThousandTopicsCostTheClusterNothing() {
    assertThat(registrations()).isZero();
    int ownTopics = first.pubSub().topics().size();
    int ownSubscribers = first.pubSub().subscriberCount();
    List<Subscription> subscriptions = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      subscriptions.add(first.pubSub().subscribe("room:" + i % 1_000, message -> {}));
    }
    assertThat(first.pubSub().topics()).hasSize(ownTopics + 1_000);
    assertThat(first.pubSub().subscriberCount()).isEqualTo(ownSubscribers + 10_000);
    assertThat(registrations()).isZero();
    subscriptions.forEach(Subscription::unsubscribe);
  }

  @Test
  void aBroadcastToOneNodeIsHeardThereAlone() {
    Promise<String> heard = Promise.promise();
    List<String> elsewhere = new ArrayList<>();
    first.pubSub().subscribe("letters", message -> elsewhere.add(message.event()));
    second.pubSub().subscribe("letters", message -> heard.tryComplete(message.event()));
    first.pubSub().directBroadcast(second.id(), "letters", "a", new JsonObject());
    assertThat(await(heard.future())).isEqualTo("a");
    assertThat(elsewhere).isEmpty();
  }

  @Test
  void aConsumerOfAnAddressThatAllHaveEndsLikeAnyOther() {
    MessageConsumer<JsonObject> consumer =
        first.vertx().eventBus().consumer(PresenceBus.NODES, ignored -> {});
    await(consumer.completion());
    await(consumer.unregister());
    assertThat(consumer.isRegistered()).isFalse();
  }

  @Test
  void anyOtherAddressIsRegisteredAsEver() {
    MessageConsumer<String> greeter =
        first
            .vertx()
            .eventBus()
            .consumer("greeter", message -> message.reply("hello " + message.body()));
    await(greeter.completion());
    assertThat(registrations()).isOne();
    String answer = await(second.vertx().eventBus().<String>request("greeter", "Ana")).body();
    assertThat(answer).isEqualTo("hello Ana");
    await(greeter.unregister());
    assertThat(registrations()).isZero();
  }

  @Test
  void whatTheClusterLosesOfARegistrationIsReachedAllTheSame() {
    MessageConsumer<String> answering =
        first.vertx().eventBus().consumer("lost", message -> message.reply("first"));
    await(answering.completion());
    await(second.vertx().eventBus().request("lost", "")).body();
    map().clear();
    // Its listeners are told of a change within this.
    await(second.vertx().timer(200, TimeUnit.MILLISECONDS));
    assertThat(await(second.vertx().eventBus().request("lost", "")).body()).isEqualTo("first");
    await(answering.unregister());
  }

  @Test
  void eachConsumerIsAskedInItsTurnAndOnesOfThisNodeAloneOnlyHere() {
    List<String> asked = new CopyOnWriteArrayList<>();
    List<MessageConsumer<?>> consumers = new ArrayList<>();
    for (Node node : List.of(first, second)) {
      consumers.add(
          node.vertx().eventBus().consumer("turns", message -> answer(message, node, asked)));
    }
    consumers.add(
        second.vertx().eventBus().localConsumer("turns", message -> answer(message, first, asked)));
    for (MessageConsumer<?> consumer : consumers) {
      await(consumer.completion());
    }
    for (int i = 0; i < 10; i++) {
      await(first.vertx().eventBus().request("turns", ""));
    }
    assertThat(asked).hasSize(10).contains(first.id().value(), second.id().value());
    consumers.forEach(consumer -> await(consumer.unregister()));
    Future<?> nobody = first.vertx().eventBus().request("turns", "");
    await(nobody.otherwiseEmpty());
    assertThat(((ReplyException) nobody.cause()).failureType()).isEqualTo(ReplyFailure.NO_HANDLERS);
  }

  private static void answer(Message<?> message, Node node, List<String> asked) {
    asked.add(node.id().value());
    message.reply("");
  }

  @Test
  void aReplicaIsRefusedOnANodeThatNobodyTakesForOne() {
    Future<Void> refused =
        first.vertx().eventBus().consumer(PresenceBus.REPLICAS, message -> {}).completion();
    await(refused.otherwiseEmpty());
    assertThat(refused.cause()).hasMessageContaining("cluster-test");
  }

  @Test
  void theMembershipNamesTheNodes() {
    assertThat(first.membership().nodes()).containsExactlyInAnyOrder(first.id(), second.id());
    assertThat(first.membership().members())
        .containsExactlyInAnyOrder(first.membership().self(), second.membership().self());
  }

  @Test
  void everybodyIsReached() {
    assertThat(value("rollcall.cluster.members")).isEqualTo(2);
    assertThat(value("rollcall.pubsub.peers")).isOne();
    assertThat(value("rollcall.pubsub.unreached")).isZero();
  }

  @Test
  void whatGoesBetweenNodesIsCountedByItsKind() {
    Promise<String> heard = Promise.promise();
    second.pubSub().subscribe("counted", message -> heard.tryComplete(message.event()));
    double broadcasts = count(first, "sent", "broadcast");
    double direct = count(first, "sent", "direct");
    double arrived = count(second, "received", "direct");
    double bytes = count(second, "received.bytes", "direct");
    first.pubSub().directBroadcast(second.id(), "counted", "a", new JsonObject().put("n", 1));
    await(heard.future());
    assertThat(count(first, "sent", "direct")).isEqualTo(direct + 1);
    assertThat(count(second, "received", "direct")).isEqualTo(arrived + 1);
    assertThat(count(second, "received.bytes", "direct")).isEqualTo(bytes + "{'n':1}".length());
    first.pubSub().broadcast("nobody", "a", new JsonObject());
    assertThat(count(first, "sent", "broadcast")).isEqualTo(broadcasts + 1);
    assertThat(count(second, "received", "beacon")).isPositive();
    assertThat(second.metrics().get("rollcall.pubsub.delivered").functionCounter().count())
        .isPositive();
  }

  private static double count(Node node, String name, String kind) {
    return node.metrics()
        .get("rollcall.pubsub." + name)
        .tag("kind", kind)
        .functionCounter()
        .count();
  }

  private static double value(String gauge) {
    return first.metrics().get(gauge).gauge().value();
  }

  /** Returns how many entries Vert.x keeps in the cluster, over all addresses and nodes. */
  private static int registrations() {
    return map().size();
  }

  private static MultiMap<?, ?> map() {
    HazelcastInstance member =
        Hazelcast.getAllHazelcastInstances().stream()
            .filter(one -> one.getConfig().getClusterName().equals(cluster.name()))
            .findAny()
            .orElseThrow();
    return member.getMultiMap("__vertx.subs");
  }
}

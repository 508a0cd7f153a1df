package dev.rollcall.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.trace.Trace;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that share one bus. */
class BusLinkTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");

  private final Vertx vertx = Vertx.vertx();
  private final Set<NodeId> cluster = ConcurrentHashMap.newKeySet();

  private record Member(NodeId node, Set<NodeId> nodes) implements Membership {
    @Override
    public String self() {
      return "m-" + node;
    }

    @Override
    public Set<String> members() {
      return nodes.stream().map(node -> "m-" + node).collect(Collectors.toSet());
    }
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void whoHasJoinedKnowsWhomItHears() {
    PubSub one = join(N1);
    PubSub other = join(N2);
    assertThat(other.peers()).containsExactly(N1);
    assertThat(one.peers()).containsExactly(N2);
  }

  @Test
  void fromWhichSessionItIsTravelsWithAMessage() {
    PubSub one = join(N1);
    PubSub other = join(N2);
    List<String> heard = new CopyOnWriteArrayList<>();
    Promise<Void> last = Promise.promise();
    other.subscribe(
        "orders",
        message -> {
          heard.add(message.event() + " " + message.position() + " " + message.session());
          if (message.event().equals("last")) {
            last.complete();
          }
        });
    one.broadcastFrom("n1:7", "orders", "a", new JsonObject());
    one.broadcastFrom((String) null, "orders", "b", new JsonObject());
    one.broadcast("orders", "c", new JsonObject(), 5);
    // What is stored is for all.
    DeliveryOptions both =
        new DeliveryOptions().addHeader("topic", "orders").addHeader("event", "d");
    both.addHeader("session", "n1:7").addHeader("position", "6").addHeader("newer", "x");
    vertx.eventBus().publish(BusAddress.NODES, Buffer.buffer("{}"), both);
    one.broadcast("orders", "last", new JsonObject());
    await(last.future());
    assertThat(heard)
        .containsExactly(
            "a 0 Optional[n1:7]",
            "b 0 Optional.empty",
            "c 5 Optional.empty",
            "d 6 Optional.empty",
            "last 0 Optional.empty");
  }

  @Test
  void whatIsLostOnTheWayIsNoticedThoughNothingFollows() {
    PubSub one = join(N1);
    PubSub other = join(N2);
    vertx
        .eventBus()
        .addOutboundInterceptor(
            delivery -> {
              if (!"dropped".equals(delivery.message().headers().get("event"))) {
                delivery.next();
              }
            });
    one.broadcast("orders", "heard", new JsonObject());
    one.broadcast("orders", "dropped", new JsonObject());
    Promise<Void> noticed = Promise.promise();
    vertx.setPeriodic(
        50,
        timer -> {
          if (other.lostCount() > 0) {
            noticed.tryComplete();
          }
        });
    await(noticed.future());
    assertThat(other.lostCount()).isOne();
    assertThat(one.lostCount()).isZero();
  }

  @Test
  void theTraceThatItBelongsToTravelsWithAMessage() {
    String line = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    PubSub one = join(N1);
    PubSub other = join(N2);
    List<String> heard = new CopyOnWriteArrayList<>();
    Promise<Void> last = Promise.promise();
    other.subscribe(
        "orders",
        message -> {
          heard.add(message.position() + " " + message.trace().map(Trace::traceparent));
          if (message.event().equals("last")) {
            last.complete();
          }
        });
    one.broadcast(Message.of("orders", "a", 5, new JsonObject()).within(Trace.parse(line)));
    DeliveryOptions forged =
        new DeliveryOptions().addHeader("topic", "orders").addHeader("event", "b");
    vertx
        .eventBus()
        .publish(BusAddress.NODES, Buffer.buffer("{}"), forged.addHeader("traceparent", "\"}"));
    one.broadcast("orders", "last", new JsonObject());
    await(last.future());
    assertThat(heard)
        .containsExactly("5 Optional[" + line + "]", "0 Optional.empty", "0 Optional.empty");
  }

  @Test
  void aBeaconThatIsMalformedTellsOfNobodyAndHarmsNobody() {
    List<Throwable> faults = new CopyOnWriteArrayList<>();
    vertx.exceptionHandler(faults::add);
    PubSub one = join(N1);
    JsonObject beacon =
        new JsonObject().put("node", "n3").put("member", "m-n3").put("hears", new JsonArray());
    for (String field : beacon.fieldNames()) {
      JsonObject without = beacon.copy();
      without.remove(field);
      publish(without.toBuffer());
      publish(beacon.copy().put(field, 7).toBuffer());
    }
    publish(beacon.copy().put("hears", new JsonArray().addNull()).toBuffer());
    publish(beacon.copy().put("node", "no node").toBuffer());
    publish(Buffer.buffer("no beacon"));
    join(N2);
    assertThat(one.peers()).containsExactly(N2);
    assertThat(faults).isEmpty();
  }

  private void publish(Buffer beacon) {
    vertx.eventBus().publish(BusAddress.NODES, beacon);
  }

  private PubSub join(NodeId node) {
    cluster.add(node);
    return await(PubSub.clustered(vertx, node, new Member(node, cluster)));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }
}

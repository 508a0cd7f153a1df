package dev.rollcall.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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

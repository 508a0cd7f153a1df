package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** It rests on what is inside Hazelcast; and a node that leaves takes its entries with it. */
class ConsumerMapTest {
  private TestCluster cluster;

  @BeforeEach
  void make() throws Exception {
    cluster = new TestCluster("consumer-map-test");
  }

  @AfterEach
  void close() {
    cluster.closeAll();
  }

  @Test
  void eachConsumerIsAnEntryUntilItsNodeLeaves() {
    Node stays = await(cluster.start(made -> new VerticleBase() {}));
    int alone = entries(stays);
    Node leaves = await(cluster.start(made -> new VerticleBase() {}));
    int together = entries(stays, leaves);
    for (Node node : List.of(stays, leaves, leaves)) {
      await(node.vertx().eventBus().consumer("test.address", question -> {}).completion());
    }
    assertSoon(() -> entries(stays, leaves), together + 3);

    await(cluster.close(leaves));
    assertSoon(() -> entries(stays), alone + 1);
  }

  private static int entries(Node... nodes) {
    return List.of(nodes).stream()
        .mapToInt(node -> (int) node.metrics().get("rollcall.cluster.map.entries").gauge().value())
        .sum();
  }

  /** The map is late. */
  private static void assertSoon(IntSupplier entries, int expected) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (entries.getAsInt() != expected && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    assertThat(entries.getAsInt()).isEqualTo(expected);
  }
}

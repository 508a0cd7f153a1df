package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.config.NetworkConfig;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Vert.x that knows nothing of Rollcall is a member of the same cluster. */
class ForeignMemberTest {
  /** Far less than a node waits for a member that it does not hear. */
  private static final long START_MILLIS = 9_000;

  private TestCluster cluster;
  private Vertx foreign;

  @BeforeEach
  void start() throws IOException {
    cluster = new TestCluster("foreign-member-test");
    foreign =
        await(
            Vertx.builder()
                .withClusterManager(new HazelcastClusterManager(plain(cluster.takePlace())))
                .buildClustered());
  }

  @AfterEach
  void stop() {
    cluster.closeAll();
    await(foreign.close());
  }

  @Test
  void itKeepsNoNodeFromStartingAndIsReachedAsEver() {
    await(foreign.eventBus().consumer("plain", asked -> asked.reply("yes")).completion());
    long startedNanos = System.nanoTime();
    Node node = await(cluster.start(made -> new VerticleBase() {}));
    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos))
        .isLessThan(START_MILLIS);
    assertThat(node.membership().members()).containsExactly(node.membership().self());
    assertThat(node.membership().nodes()).containsExactly(node.id());
    Object answer = await(node.vertx().eventBus().request("plain", "?")).body();
    assertThat(answer).isEqualTo("yes");
    await(node.vertx().eventBus().consumer("ours", asked -> asked.reply("too")).completion());
    answer = await(foreign.eventBus().request("ours", "?")).body();
    assertThat(answer).isEqualTo("too");
  }

  private Config plain(int port) {
    Config config = new Config();
    config.setClusterName(cluster.name());
    config.setProperty("hazelcast.logging.type", "slf4j");
    NetworkConfig network = config.getNetworkConfig();
    network.setPort(port).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    network.getJoin().getAutoDetectionConfig().setEnabled(false);
    network.getJoin().getMulticastConfig().setEnabled(false);
    network.getJoin().getTcpIpConfig().setEnabled(true).addMember(cluster.members());
    config.addMultiMapConfig(Cluster.registrations());
    return config;
  }
}

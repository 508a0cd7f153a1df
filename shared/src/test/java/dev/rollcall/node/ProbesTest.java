package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an orchestrator is told of a node. */
class ProbesTest {
  private static final long SICK_SECONDS = 40;

  private final Vertx asking = Vertx.vertx();

  /** Held: one that nobody holds is closed when memory is cleaned up. */
  private final HttpClient client = asking.createHttpClient();

  private final CountDownLatch over = new CountDownLatch(1);
  private TestCluster cluster;

  @BeforeEach
  void makeCluster() throws Exception {
    cluster = new TestCluster("probes-test");
  }

  @AfterEach
  void end() {
    over.countDown();
    cluster.closeAll();
    await(asking.close());
  }

  private record Answer(int status, String body) {}

  private static Future<Answer> answer(HttpClientResponse response) {
    return response.body().map(body -> new Answer(response.statusCode(), body.toString()));
  }

  private Answer ask(int port, String path) {
    return await(
        client
            .request(HttpMethod.GET, port, "127.0.0.1", path)
            // In one turn: a body is not waited for.
            .compose(request -> request.send().compose(ProbesTest::answer)));
  }

  @Test
  void aNodeHasStartedOnceItsServiceIsUpAndForGoodIsReadyUntilItLeavesAndLives() throws Exception {
    Promise<Void> up = Promise.promise();
    Promise<Void> drained = Promise.promise();
    int port = TestCluster.freePort();
    Future<Node> starting =
        cluster.start(
            Map.of("ROLLCALL_MANAGEMENT_PORT", "" + port),
            node -> {
              node.beforeLeaving(drained::future);
              return new VerticleBase() {
                @Override
                public Future<?> start() {
                  return up.future();
                }
              };
            });
    awaitStatus(port, "/health/started", 503);
    assertThat(ask(port, "/health/ready").status()).isEqualTo(503);
    assertThat(ask(port, "/health/live").status()).isEqualTo(200);
    up.complete();
    Node node = await(starting);
    for (String path : new String[] {"/health/started", "/health/ready", "/health/live"}) {
      assertThat(ask(port, path).status()).as(path).isEqualTo(200);
    }
    Future<Void> left = cluster.close(node);
    assertThat(ask(port, "/health/ready").status()).isEqualTo(503);
    assertThat(ask(port, "/health/started").status()).isEqualTo(200);
    assertThat(ask(port, "/health/live").status()).isEqualTo(200);
    drained.complete();
    await(left);
  }

  @Test
  void aNodeOfWhichALoopIsStuckDoesNotLive() throws Exception {
    int port = TestCluster.freePort();
    Node node =
        await(
            cluster.start(
                Map.of("ROLLCALL_MANAGEMENT_PORT", "" + port), made -> new VerticleBase() {}));
    // Not that of the probes: it is asked again and again until it has been taken by something
    // else.
    node.vertx().getOrCreateContext().runOnContext(stuck -> waitForTheEnd());
    Answer sick = awaitStatus(port, "/health/live", 503);
    assertThat(sick.body()).isEqualTo("{\"status\":\"DOWN\",\"problems\":[\"LOOP_STUCK\"]}");
    over.countDown();
    awaitStatus(port, "/health/live", 200);
  }

  private void waitForTheEnd() {
    try {
      assertThat(over.await(SICK_SECONDS * 2, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aNodeWhoseClusterManagerHasEndedDoesNotLive() throws Exception {
    int port = TestCluster.freePort();
    await(
        cluster.start(
            Map.of("ROLLCALL_MANAGEMENT_PORT", "" + port), made -> new VerticleBase() {}));
    Hazelcast.getAllHazelcastInstances().stream()
        .filter(member -> member.getConfig().getClusterName().equals(cluster.name()))
        .forEach(HazelcastInstance::shutdown);
    Answer sick = awaitStatus(port, "/health/live", 503);
    assertThat(sick.body()).contains("CLUSTER_ENDED");
  }

  private Answer awaitStatus(int port, String path, int status) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SICK_SECONDS);
    while (System.nanoTime() < deadline) {
      Future<Answer> answer = Future.<Answer>future(asked -> asked.complete(ask(port, path)));
      if (answer.succeeded() && answer.result().status() == status) {
        return answer.result();
      }
      await(asking.timer(100, TimeUnit.MILLISECONDS));
    }
    throw new AssertionError(path + " never said " + status);
  }
}

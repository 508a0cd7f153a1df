package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class NodeCloseTest {
  private final List<String> done = new CopyOnWriteArrayList<>();

  private final class Service extends VerticleBase {
    @Override
    public Future<?> stop() {
      done.add("undeployed");
      return Future.succeededFuture();
    }
  }

  @Test
  void whatGoesWrongBeforeANodeLeavesKeepsItNotFromLeaving() throws IOException {
    TestCluster cluster = new TestCluster("node-close-test");
    Node node = await(cluster.start(made -> new Service()));
    node.beforeLeaving(
        () -> {
          throw new IllegalStateException("planted");
        });
    node.beforeLeaving(() -> null);
    node.beforeLeaving(() -> Future.failedFuture("planted"));
    node.beforeLeaving(() -> Future.<Void>succeededFuture().onSuccess(now -> done.add("drained")));
    await(cluster.close(node));
    assertThat(done).containsExactly("drained", "undeployed");
  }
}

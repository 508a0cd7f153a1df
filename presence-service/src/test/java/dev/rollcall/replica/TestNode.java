package dev.rollcall.replica;

import dev.rollcall.node.Environment;
import dev.rollcall.node.Node;
import dev.rollcall.presence.PresenceBus;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Real nodes, each in a cluster of its own. */
final class TestNode {
  private TestNode() {}

  static Node start(Function<Node, ? extends Deployable> verticle) throws Exception {
    int clusterPort = freePort();
    Map<String, String> variables = new HashMap<>();
    variables.put("ROLLCALL_CLUSTER_PORT", Integer.toString(clusterPort));
    variables.put("ROLLCALL_CLUSTER_MEMBERS", "127.0.0.1:" + clusterPort);
    variables.put("ROLLCALL_CLUSTER_NAME", "presence-test-" + clusterPort);
    variables.put("ROLLCALL_HTTP_PORT", "0");
    return await(Node.start(PresenceBus.SERVICE, new Environment(variables), verticle));
  }

  static <T> T await(Future<T> future) throws Exception {
    try {
      return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw failed;
    } catch (TimeoutException late) {
      throw new AssertionError("nothing came within 30 s", late);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
